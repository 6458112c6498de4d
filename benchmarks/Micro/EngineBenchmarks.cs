using BenchmarkDotNet.Attributes;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Engine;

namespace Conformance.Benchmarks.Micro;

/// <summary>One request through the engine, without any transport.</summary>
[MemoryDiagnoser]
[ShortRunJob]
public class EngineBenchmarks : IStoreHost
{
    private readonly byte[] path = "/bench/node\0"u8.ToArray();
    private readonly byte[] write = "/bench/node\00123456789abcdef"u8.ToArray();
    private readonly byte[] made = "/bench/made\0"u8.ToArray();
    private StoreEngine engine = null!;
    private StoreConnection connection = null!;

    [GlobalSetup]
    public void Setup()
    {
        engine = new StoreEngine(new StoreSettings(), this);
        connection = engine.Connect();
        Write();
    }

    [Benchmark]
    public void Read() => Serve(XsMessageType.Read, path);

    [Benchmark]
    public void Write() => Serve(XsMessageType.Write, write);

    [Benchmark]
    public void MkdirAndRm()
    {
        Serve(XsMessageType.Mkdir, made);
        Serve(XsMessageType.Rm, made);
    }

    public DomainReport Query(DomainId domain) => new(DomainLife.Absent, 0);

    public bool AttachRing(StoreConnection connection, ulong frame, uint port) => false;

    public void DetachRing(StoreConnection connection)
    {
    }

    public void Wake(StoreConnection connection)
    {
    }

    private void Serve(XsMessageType type, byte[] payload)
    {
        engine.Process(connection, new XsHeader(type, 1, 0, (uint)payload.Length), payload);
        for (var bytes = connection.PeekOutput(); !bytes.IsEmpty; bytes = connection.PeekOutput())
        {
            connection.ConsumeOutput(bytes.Length);
        }
    }
}
