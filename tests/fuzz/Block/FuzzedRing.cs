using Conformance.Model.Protocol.Rings;
using Conformance.Reference.Block.Rings;

namespace Conformance.Tests.Fuzz.Block;

/// <summary>Either end of a ring in one vocabulary. Memory answers at once, so nothing here waits.</summary>
internal abstract class FuzzedRing
{
    public abstract int PeerProducer { get; }

    public abstract int PeerEvent { get; }

    public abstract int OwnProducer { get; }

    public abstract int OwnEvent { get; }

    public abstract int Entries { get; }

    public abstract bool IsUsable { get; }

    public abstract int Available { get; }

    public abstract RingFault Fault { get; }

    public abstract void Start();

    public abstract void Sample();

    public abstract byte[] Read();

    public abstract bool Consume(int entries);

    public abstract void Put(int entries);

    public abstract bool Push();

    public abstract bool FinalCheck();

    protected static T Now<T>(ValueTask<T> task) => task.IsCompleted ? task.Result : throw new InvalidOperationException("memory answers at once");
}

internal sealed class FuzzedBackRing(RingMemory memory, RingScript script) : FuzzedRing
{
    private readonly BackRing ring = new(memory, script.EntrySize);

    public override int PeerProducer => SharedRing.RequestProducer;

    public override int PeerEvent => SharedRing.ResponseEvent;

    public override int OwnProducer => SharedRing.ResponseProducer;

    public override int OwnEvent => SharedRing.RequestEvent;

    public override int Entries => ring.Entries;

    public override bool IsUsable => ring.IsUsable;

    public override int Available => ring.AvailableRequests;

    public override RingFault Fault => ring.Fault;

    public override void Start()
    {
        new FrontRing(memory, script.EntrySize).InitialiseAsync(script.First).AsTask().GetAwaiter().GetResult();
        Now(ring.AttachAsync());
    }

    public override void Sample() => Now(ring.SampleRequestsAsync());

    public override byte[] Read()
    {
        byte[] entry = new byte[script.EntrySize];
        Now(ring.ReadRequestAsync(entry));
        return entry;
    }

    public override bool Consume(int entries) => ring.ConsumeRequest(entries);

    public override void Put(int entries) => ring.PutResponse(new byte[script.EntrySize / 2], entries);

    public override bool Push() => Now(ring.PushResponsesAsync());

    public override bool FinalCheck() => Now(ring.FinalCheckForRequestsAsync());
}

internal sealed class FuzzedFrontRing(RingMemory memory, RingScript script) : FuzzedRing
{
    private readonly FrontRing ring = new(memory, script.EntrySize);

    public override int PeerProducer => SharedRing.ResponseProducer;

    public override int PeerEvent => SharedRing.RequestEvent;

    public override int OwnProducer => SharedRing.RequestProducer;

    public override int OwnEvent => SharedRing.ResponseEvent;

    public override int Entries => ring.Entries;

    public override bool IsUsable => ring.IsUsable;

    public override int Available => ring.AvailableResponses;

    public override RingFault Fault => ring.Fault;

    public override void Start() => ring.InitialiseAsync(script.First).AsTask().GetAwaiter().GetResult();

    public override void Sample() => Now(ring.SampleResponsesAsync());

    public override byte[] Read()
    {
        byte[] entry = new byte[script.EntrySize];
        Now(ring.ReadResponseAsync(entry));
        return entry;
    }

    public override bool Consume(int entries) => ring.ConsumeResponse(entries);

    public override void Put(int entries) => ring.PutRequest(new byte[entries * script.EntrySize]);

    public override bool Push() => Now(ring.PushRequestsAsync());

    public override bool FinalCheck() => Now(ring.FinalCheckForResponsesAsync());
}
