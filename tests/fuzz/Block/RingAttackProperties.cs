using Conformance.Model.Protocol.Rings;
using Conformance.Reference.Block.Rings;
using Conformance.Tests.Fuzz.Machinery;
using FsCheck;

namespace Conformance.Tests.Fuzz.Block;

/// <summary>
/// A peer that changes any byte of the ring between any two steps: the end never throws, never runs longer than the
/// ring allows, keeps to the places that are its own, and takes no further step once it halted.
/// </summary>
public class RingAttackProperties
{
    private const int Passes = 40;

    [Fuzz(1000)]
    [Trait("Clause", "RG-015")]
    [Trait("Clause", "RG-023")]
    [Trait("Clause", "RG-027")]
    [Trait("Clause", "RG-028")]
    [Trait("Clause", "RG-032")]
    public Property BackEnd_UnderAttack_KeepsToItsPlaces(int seed) => RandomInput.Check(() =>
    {
        Random random = new(seed);
        AttackedRing pages = new(random, [SharedRing.RequestEvent, SharedRing.ResponseProducer]);
        BackRing ring = new(pages.Memory, 112);
        Now(ring.AttachAsync());
        for (int pass = 0; pass < Passes && pages.Violation is null; pass++)
        {
            int steps = pages.Steps;
            bool wasUsable = ring.IsUsable;
            RunBack(ring, random);
            pages.Judge(pages.Steps - steps <= (wasUsable ? 4 * (ring.Entries + 8) : 0), $"{pages.Steps - steps} steps in a pass, usable {wasUsable}");
        }

        return pages.Violation;
    });

    [Fuzz(1000)]
    [Trait("Clause", "RG-016")]
    [Trait("Clause", "RG-023")]
    [Trait("Clause", "RG-027")]
    [Trait("Clause", "RG-028")]
    [Trait("Clause", "RG-032")]
    public Property FrontEnd_UnderAttack_KeepsToItsPlaces(int seed) => RandomInput.Check(() =>
    {
        Random random = new(seed);
        AttackedRing pages = new(random, [SharedRing.RequestProducer, SharedRing.ResponseEvent]);
        FrontRing ring = new(pages.Memory, 112);
        for (int pass = 0; pass < Passes && pages.Violation is null; pass++)
        {
            int steps = pages.Steps;
            bool wasUsable = ring.IsUsable;
            RunFront(ring, random);
            pages.Judge(pages.Steps - steps <= (wasUsable ? 4 * (ring.Entries + 8) : 0), $"{pages.Steps - steps} steps in a pass, usable {wasUsable}");
        }

        return pages.Violation;
    });

    private static void RunBack(BackRing ring, Random random)
    {
        byte[] entry = new byte[112];
        Now(ring.SampleRequestsAsync());
        while (ring.AvailableRequests > 0)
        {
            Now(ring.ReadRequestAsync(entry));
            int entries = 1 + (entry[1] % 19);
            if (!ring.HoldsRequest(entries))
            {
                break;
            }

            if (entries > 1)
            {
                Now(ring.ReadRequestAsync(new byte[(entries - 1) * 112], skip: 1));
            }

            if (ring.ConsumeRequest(entries) && random.Next(4) > 0)
            {
                ring.PutResponse(entry.AsSpan(0, 16), random.Next(1, ring.Unanswered + 1));
            }
        }

        Now(ring.PushResponsesAsync());
        Now(ring.FinalCheckForRequestsAsync());
    }

    private static void RunFront(FrontRing ring, Random random)
    {
        byte[] entry = new byte[112];
        while (ring.Free > 0 && random.Next(6) > 0)
        {
            ring.PutRequest(entry);
        }

        Now(ring.PushRequestsAsync());
        Now(ring.SampleResponsesAsync());
        while (ring.AvailableResponses > 0)
        {
            Now(ring.ReadResponseAsync(entry));
            ring.ConsumeResponse(1 + (entry[0] % 3 / 2));
        }

        Now(ring.FinalCheckForResponsesAsync());
    }

    private static void Now<T>(ValueTask<T> task)
    {
        if (!task.IsCompleted)
        {
            throw new InvalidOperationException("memory answers at once");
        }

        _ = task.Result;
    }
}
