using System.Threading.Channels;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Wire;
using Conformance.Suite.Targets;

namespace Conformance.Tests.Unit.Suite;

/// <summary>A store daemon that a test scripts: it answers each request with what <see cref="Answer"/> says, or not at all.</summary>
public sealed class FakeStoreTarget : IStoreTarget
{
    private int starts;

    public string Name { get; init; } = "fake";

    public string Description { get; init; } = "a scripted store";

    public bool HasGuests { get; init; }

    public bool IsFresh { get; init; } = true;

    public Func<Availability> Probing { get; init; } = () => new Availability(true, "fake 1.0");

    /// <summary>Null for no answer.</summary>
    public Func<XsHeader, byte[], (XsHeader Header, byte[] Payload)?> Answer { get; init; } = Ok;

    public Func<string?> Death { get; init; } = () => null;

    public string? StartFailure { get; init; }

    public int Starts => starts;

    public Availability Probe() => Probing();

    public ValueTask<IStoreWorld> StartAsync(CancellationToken cancellation)
    {
        Interlocked.Increment(ref starts);
        return StartFailure is null ? ValueTask.FromResult<IStoreWorld>(new World(this)) : throw new IOException(StartFailure);
    }

    public static (XsHeader Header, byte[] Payload)? Ok(XsHeader request, byte[] payload) => Reply(request, "OK\0");

    public static (XsHeader Header, byte[] Payload)? Reply(XsHeader request, string text)
    {
        byte[] bytes = System.Text.Encoding.Latin1.GetBytes(text);
        return (request with { Length = (uint)bytes.Length }, bytes);
    }

    private sealed class World(FakeStoreTarget target) : IStoreWorld
    {
        public string? Death => target.Death();

        public ValueTask<IStoreTransport> ConnectAsync(CancellationToken cancellation) => ValueTask.FromResult<IStoreTransport>(new Connection(target));

        public ValueTask<IGuestDomain> CreateDomainAsync(DomainId? domain, CancellationToken cancellation) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Connection(FakeStoreTarget target) : IStoreTransport
    {
        private readonly Channel<byte[]> output = Channel.CreateUnbounded<byte[]>();
        private readonly List<byte> input = [];
        private byte[] rest = [];

        public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
        {
            if (rest.Length == 0)
            {
                rest = await output.Reader.ReadAsync(cancellation);
            }

            int count = Math.Min(rest.Length, buffer.Length);
            rest.AsSpan(0, count).CopyTo(buffer.Span);
            rest = rest[count..];
            return count;
        }

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
        {
            input.AddRange(bytes.Span);
            while (input.Count >= XsHeader.Size && XsHeader.Read(input.ToArray()) is var header && input.Count >= XsHeader.Size + header.Length)
            {
                byte[] payload = [.. input.Skip(XsHeader.Size).Take((int)header.Length)];
                input.RemoveRange(0, XsHeader.Size + (int)header.Length);
                if (target.Answer(header, payload) is { } reply)
                {
                    var message = new byte[XsHeader.Size + reply.Payload.Length];
                    reply.Header.Write(message);
                    reply.Payload.CopyTo(message, XsHeader.Size);
                    output.Writer.TryWrite(message);
                }
            }

            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
