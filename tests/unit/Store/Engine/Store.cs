using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Model.Trace;
using Conformance.Reference.XenStore.Engine;

namespace Conformance.Tests.Unit.Store.Engine;

/// <summary>An engine with its fake world, checked against its own accounts at the end of each test.</summary>
internal sealed class Store : IDisposable
{
    public Store(StoreSettings? settings = null, ITraceSink? trace = null)
    {
        Engine = new StoreEngine(settings ?? new StoreSettings(), Host, trace);
        Control = Connect();
    }

    public FakeHost Host { get; } = new();

    public StoreEngine Engine { get; }

    /// <summary>A privileged client.</summary>
    public Client Control { get; }

    public Client Connect() => new(Engine, Engine.Connect());

    /// <summary>Starts and introduces a domain with a home of its own.</summary>
    public Client Guest(ushort domain)
    {
        Host.Start(domain);
        string home = $"/local/domain/{domain}";
        Assert.Equal("OK", Control.Mkdir(home));
        Assert.Equal("OK", Control.SetPerms(home, $"n{domain}"));
        return Introduce(domain);
    }

    public Client Introduce(ushort domain)
    {
        Assert.Equal("OK", Control.Ask(XsMessageType.Introduce, $"{domain}\0" + "1000\0" + "5\0"));
        return new Client(Engine, Engine.FindGuest(new DomainId(domain))!);
    }

    public void Dispose() => Assert.Null(Engine.CheckInvariants());
}
