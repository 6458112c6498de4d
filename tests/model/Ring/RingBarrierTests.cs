using Conformance.Model.Ring;

namespace Conformance.Tests.Model.Ring;

/// <summary>Which barrier is needed under which memory model: every cell of the table is checked, the needed and the others.</summary>
public sealed class RingBarrierTests
{
    private const MemoryModel Sc = MemoryModel.SequentialConsistency;
    private const MemoryModel Tso = MemoryModel.TotalStoreOrder;
    private const MemoryModel Relaxed = MemoryModel.Relaxed;

    [Theory]
    [InlineData(RingBarrier.RequestWrite, Sc, null)]
    [InlineData(RingBarrier.RequestWrite, Tso, null)]
    [InlineData(RingBarrier.RequestWrite, Relaxed, RingProperties.ReadAfterWrite)]
    [InlineData(RingBarrier.RequestNotify, Sc, null)]
    [InlineData(RingBarrier.RequestNotify, Tso, RingProperties.NoLostRequests)]
    [InlineData(RingBarrier.RequestNotify, Relaxed, RingProperties.NoLostRequests)]
    [InlineData(RingBarrier.RequestRead, Sc, null)]
    [InlineData(RingBarrier.RequestRead, Tso, null)]
    [InlineData(RingBarrier.RequestRead, Relaxed, RingProperties.ReadAfterWrite)]
    [InlineData(RingBarrier.RequestFinalCheck, Sc, null)]
    [InlineData(RingBarrier.RequestFinalCheck, Tso, RingProperties.NoLostRequests)]
    [InlineData(RingBarrier.RequestFinalCheck, Relaxed, RingProperties.NoLostRequests)]
    [InlineData(RingBarrier.ResponseWrite, Sc, null)]
    [InlineData(RingBarrier.ResponseWrite, Tso, null)]
    [InlineData(RingBarrier.ResponseWrite, Relaxed, RingProperties.ReadAfterWrite)]
    [InlineData(RingBarrier.ResponseNotify, Sc, null)]
    [InlineData(RingBarrier.ResponseNotify, Tso, RingProperties.NoLostResponses)]
    [InlineData(RingBarrier.ResponseNotify, Relaxed, RingProperties.NoLostResponses)]
    [InlineData(RingBarrier.ResponseRead, Sc, null)]
    [InlineData(RingBarrier.ResponseRead, Tso, null)]
    [InlineData(RingBarrier.ResponseRead, Relaxed, RingProperties.ReadAfterWrite)]
    [InlineData(RingBarrier.ResponseFinalCheck, Sc, null)]
    [InlineData(RingBarrier.ResponseFinalCheck, Tso, RingProperties.NoLostResponses)]
    [InlineData(RingBarrier.ResponseFinalCheck, Relaxed, RingProperties.NoLostResponses)]
    [Trait("Clause", "RG-017")]
    [Trait("Clause", "RG-018")]
    [Trait("Clause", "RG-019")]
    public void ABarrierLeftOut_BreaksTheRing_ExactlyWhereItIsNeeded(RingBarrier without, MemoryModel memory, string? breaks)
    {
        var broken = BrokenWithout(without, memory, notifyIsBarrier: false);

        if (breaks is null)
        {
            Assert.Empty(broken);
        }
        else
        {
            Assert.Contains(breaks, broken);
        }
    }

    [Theory]
    [InlineData(RingBarrier.RequestNotify)]
    [InlineData(RingBarrier.RequestFinalCheck)]
    [InlineData(RingBarrier.ResponseNotify)]
    [InlineData(RingBarrier.ResponseFinalCheck)]
    [Trait("Clause", "RG-018")]
    public void ANotificationThatIsABarrier_StandsInForNone(RingBarrier without) =>
        Assert.NotEmpty(BrokenWithout(without, Tso, notifyIsBarrier: true));

    [Theory]
    [InlineData(Sc)]
    [InlineData(Tso)]
    [InlineData(Relaxed)]
    [Trait("Clause", "RG-019")]
    public void TheFinalCheck_IsNeededUnderEveryMemoryModel(MemoryModel memory)
    {
        var shape = new RingShape { Memory = memory, Requests = 2 };

        Assert.Contains(RingProperties.NoLostRequests, RingChecks.Broken(RingChecks.Check(shape, new(Fault: RingFault.NoRequestFinalCheck))));
        Assert.Contains(RingProperties.NoLostResponses, RingChecks.Broken(RingChecks.Check(shape, new(Fault: RingFault.NoResponseFinalCheck))));
    }

    [Theory]
    [InlineData(RingBarrier.ResponseNotify)]
    [InlineData(RingBarrier.ResponseFinalCheck)]
    [Trait("Clause", "RG-021")]
    public void RestingUnchecked_StillNeedsTheOtherBarriers(RingBarrier without)
    {
        var shape = new RingShape { Memory = Tso, Requests = 2, FrontMayRestUnchecked = true };

        Assert.Contains(RingProperties.NoLostResponses, RingChecks.Broken(RingChecks.Check(shape, new(without))));
    }

    private static IReadOnlyList<string> BrokenWithout(RingBarrier without, MemoryModel memory, bool notifyIsBarrier)
    {
        var shape = new RingShape { Memory = memory, Requests = memory == Relaxed ? 2 : 3, NotifyIsBarrier = notifyIsBarrier };
        return RingChecks.Broken(RingChecks.Check(shape, new(without)));
    }
}
