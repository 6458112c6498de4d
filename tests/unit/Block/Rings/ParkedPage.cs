using System.Threading.Tasks.Sources;
using Conformance.Reference.Hypervisor;

namespace Conformance.Tests.Unit.Block.Rings;

/// <summary>A page on which a step waits until it is let go, as under a scheduler; one step at a time, without allocation.</summary>
internal sealed class ParkedPage : ISharedPage, IValueTaskSource<uint>, IValueTaskSource
{
    private readonly MemoryPage memory = new();
    private ManualResetValueTaskSourceCore<uint> core;
    private Step parked;

    private enum Kind
    {
        None,
        Load,
        Store,
        CopyOut,
        CopyIn,
    }

    /// <summary>Lets the parked step take effect, and runs its caller to the next one.</summary>
    public void LetGo()
    {
        var step = parked;
        parked = default;
        uint value = 0;
        switch (step.Kind)
        {
            case Kind.Load:
                value = AtOnce(memory.LoadAsync(step.Offset));
                break;
            case Kind.Store:
                AtOnce(memory.StoreAsync(step.Offset, step.Value));
                break;
            case Kind.CopyOut:
                AtOnce(memory.CopyOutAsync(step.Offset, step.Destination));
                break;
            case Kind.CopyIn:
                AtOnce(memory.CopyInAsync(step.Offset, step.Source));
                break;
            default:
                throw new InvalidOperationException("expected a parked step, got none");
        }

        core.SetResult(value);
    }

    public ValueTask<uint> LoadAsync(int offset) => new(this, Park(new(Kind.Load, offset, 0, default, default)));

    public ValueTask StoreAsync(int offset, uint value) => new(this, Park(new(Kind.Store, offset, value, default, default)));

    public ValueTask CopyOutAsync(int offset, Memory<byte> destination) => new(this, Park(new(Kind.CopyOut, offset, 0, destination, default)));

    public ValueTask CopyInAsync(int offset, ReadOnlyMemory<byte> source) => new(this, Park(new(Kind.CopyIn, offset, 0, default, source)));

    public uint GetResult(short token) => core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        core.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource.GetResult(short token) => core.GetResult(token);

    private short Park(Step step)
    {
        core.Reset();
        parked = step;
        return core.Version;
    }

    private static uint AtOnce(ValueTask<uint> task) =>
        task.IsCompletedSuccessfully ? task.Result : throw new InvalidOperationException("plain memory answers at once");

    private static void AtOnce(ValueTask task) => Assert.True(task.IsCompletedSuccessfully, "plain memory answers at once");

    private readonly record struct Step(Kind Kind, int Offset, uint Value, Memory<byte> Destination, ReadOnlyMemory<byte> Source);
}
