using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.XenStore.Engine;
using Conformance.Reference.XenStore.Ring;
using Conformance.Tests.Fuzz.Store;

namespace Conformance.Tests.Fuzz.Ring;

/// <summary>A store that serves domains 1 and 2 over rings, one turn at a time and in one thread.</summary>
internal sealed class RingStore
{
    private readonly ScriptHost _host = new();
    private readonly StoreConnection _control;

    public RingStore()
    {
        Engine = new StoreEngine(new StoreSettings(), _host);
        _control = Engine.Connect();
        for (int domain = 1; domain <= 2; domain++)
        {
            _host.Start(domain);
            Ask(XsMessageType.Mkdir, $"/local/domain/{domain}\0");
            Ask(XsMessageType.SetPerms, $"/local/domain/{domain}\0b{domain}\0");
            Ask(XsMessageType.Introduce, $"{domain}\0" + "1\0" + "1\0");
        }
    }

    public StoreEngine Engine { get; }

    public StoreConnection Guest(ushort domain) => Engine.FindGuest(new DomainId(domain))!;

    public GuestRing Serve(ushort domain, ISharedPage page) => new(Engine, Guest(domain), page, new TestLine());

    /// <summary>Asks over a socket; the payload of the answer.</summary>
    public string Ask(XsMessageType type, string payload)
    {
        byte[] bytes = System.Text.Encoding.Latin1.GetBytes(payload);
        Engine.Process(_control, new XsHeader(type, 1, 0, (uint)bytes.Length), bytes);
        return System.Text.Encoding.Latin1.GetString(Take(_control).AsSpan(XsHeader.Size));
    }

    public static byte[] Take(StoreConnection connection)
    {
        var bytes = new List<byte>();
        while (connection.HasOutput)
        {
            bytes.AddRange(connection.PeekOutput().Span);
            connection.ConsumeOutput(connection.PeekOutput().Length);
        }

        return [.. bytes];
    }

    /// <summary>Runs a step that never waits for anything.</summary>
    public static T Run<T>(ValueTask<T> step) =>
        step.IsCompleted ? step.GetAwaiter().GetResult() : throw new InvalidOperationException("a step waits for something");

    public static void Run(ValueTask step)
    {
        if (!step.IsCompleted)
        {
            throw new InvalidOperationException("a step waits for something");
        }

        step.GetAwaiter().GetResult();
    }
}
