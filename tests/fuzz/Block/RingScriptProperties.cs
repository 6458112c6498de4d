using Conformance.Reference.Block.Rings;
using Conformance.Reference.Hypervisor;
using Conformance.Tests.Fuzz.Machinery;
using FsCheck;
using FsCheck.Fluent;

namespace Conformance.Tests.Fuzz.Block;

/// <summary>Both ends of the ring do what a model without wrapping counts says, whatever the peer's indices are.</summary>
public class RingScriptProperties
{
    private const int Pages = 2;

    [Fuzz(3000)]
    [Trait("Clause", "RG-007")]
    [Trait("Clause", "RG-011")]
    [Trait("Clause", "RG-012")]
    [Trait("Clause", "RG-015")]
    [Trait("Clause", "RG-018")]
    [Trait("Clause", "RG-034")]
    public Property BackEnd_FollowsTheModel_UnderHostileIndices() => Prop.ForAll(RingScript.Any, script => RandomInput.Check(() => FindWrong(script, isFront: false)));

    [Fuzz(3000)]
    [Trait("Clause", "RG-007")]
    [Trait("Clause", "RG-013")]
    [Trait("Clause", "RG-016")]
    [Trait("Clause", "RG-018")]
    [Trait("Clause", "RG-035")]
    public Property FrontEnd_FollowsTheModel_UnderHostileIndices() => Prop.ForAll(RingScript.Any, script => RandomInput.Check(() => FindWrong(script, isFront: true)));

    private static string? FindWrong(RingScript script, bool isFront)
    {
        MemoryPage[] pages = [.. Enumerable.Range(0, Pages).Select(_ => new MemoryPage())];
        RingMemory memory = new([.. pages]);
        FuzzedRing ring = isFront ? new FuzzedFrontRing(memory, script) : new FuzzedBackRing(memory, script);
        RingModel model = new(script.First, ring.Entries, isFront ? 0 : ring.Entries);
        Now(memory.CopyInAsync(64, Enumerable.Range(0, (Pages * 4096) - 64).Select(i => (byte)(i * 7)).ToArray()));
        ring.Start();
        foreach (var action in script.Actions)
        {
            string? wrong = FindWrong(action, ring, model, memory);
            if (wrong is not null)
            {
                return $"{action}: {wrong}";
            }

            if (ring.IsUsable != model.IsUsable || ring.Available != model.Available)
            {
                return $"{action}: expected {(model.IsUsable ? "" : "no ")}use and {model.Available} entries, got {(ring.IsUsable ? "" : "no ")}use and {ring.Available}: {ring.Fault}";
            }
        }

        return ring.IsUsable == (ring.Fault.Kind == RingFaultKind.None) ? null : "a halted ring has no reason";
    }

    private static string? FindWrong(RingAction action, FuzzedRing ring, RingModel model, RingMemory memory)
    {
        switch (action.Move)
        {
            case RingMove.PeerSetsProducer:
                Now(memory.StoreAsync(ring.PeerProducer, model.Index(model.Consumed + action.Value)));
                return null;
            case RingMove.PeerSetsEvent:
                Now(memory.StoreAsync(ring.PeerEvent, model.Index(model.Published + action.Value)));
                return null;
            case RingMove.Sample:
                model.Sample(Now(memory.LoadAsync(ring.PeerProducer)));
                ring.Sample();
                return null;
            case RingMove.Take:
                return FindWrongInTake(action.Value, ring, model, memory);
            case RingMove.Put:
                int room = model.IsUsable ? (int)Math.Min(action.Value, ring is FuzzedFrontRing ? ring.Entries - (model.Put - model.Consumed) : model.Consumed - model.Put) : 0;
                if (room > 0)
                {
                    ring.Put(room);
                    model.Put += room;
                }

                return null;
            case RingMove.Push:
                bool isDue = model.Push(Now(memory.LoadAsync(ring.PeerEvent)));
                bool isNotified = ring.Push();
                uint published = Now(memory.LoadAsync(ring.OwnProducer));
                return isDue != isNotified ? $"notification {isNotified}, not {isDue}"
                    : published != model.Index(model.Published) ? $"published {published}, not {model.Index(model.Published)}" : null;
            default:
                return FindWrongInFinalCheck(ring, model, memory);
        }
    }

    private static string? FindWrongInTake(int count, FuzzedRing ring, RingModel model, RingMemory memory)
    {
        if (count >= 1 && count <= model.Available)
        {
            byte[] read = ring.Read();
            byte[] lies = new byte[read.Length];
            Now(memory.CopyOutAsync(model.Offset(model.Consumed, read.Length), lies));
            if (!read.AsSpan().SequenceEqual(lies))
            {
                return $"the entry at {model.Offset(model.Consumed, read.Length)} was read as another";
            }
        }

        bool isUsable = model.IsUsable;
        return isUsable && model.Take(count) != ring.Consume(count) ? $"took {count} of {model.Available}" : null;
    }

    private static string? FindWrongInFinalCheck(FuzzedRing ring, RingModel model, RingMemory memory)
    {
        bool wasUsable = model.IsUsable;
        model.Sample(Now(memory.LoadAsync(ring.PeerProducer)));
        bool hasWork = ring.FinalCheck();
        uint armed = Now(memory.LoadAsync(ring.OwnEvent));
        return hasWork != model.Available > 0 ? $"final check said {hasWork} of {model.Available}"
            : wasUsable && model.IsUsable && !hasWork && armed != model.Index(model.Consumed + 1) ? $"armed at {armed}, not behind {model.Consumed}" : null;
    }

    private static T Now<T>(ValueTask<T> task) => task.IsCompletedSuccessfully ? task.Result : throw new InvalidOperationException("memory answers at once");

    private static void Now(ValueTask task)
    {
        if (!task.IsCompletedSuccessfully)
        {
            throw new InvalidOperationException("memory answers at once");
        }
    }
}
