using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Hypervisor;
using Conformance.Tests.Fuzz.Bytes;
using Conformance.Tests.Fuzz.Machinery;
using FsCheck;
using FsCheck.Fluent;

namespace Conformance.Tests.Fuzz.Ring;

/// <summary>A guest that writes anything anywhere into its page, between any two steps of the store.</summary>
public class RingProperties
{
    private const int Turns = 60;

    [Fuzz(500)]
    [Trait("Clause", "XS-005")]
    [Trait("Clause", "XS-006")]
    [Trait("Clause", "XS-008")]
    [Trait("Clause", "XS-027")]
    [Trait("Clause", "XS-125")]
    public Property Attack_OnThePage_IsServedOrGivenUp_AndTheNeighbourIsServed() =>
        Prop.ForAll(PageAttack.Any, attack => RandomInput.Check(() => FindWrong(attack)));

    private static string? FindWrong(PageAttack attack)
    {
        var store = new RingStore();
        var page = new AttackedPage(attack);
        var attacked = store.Serve(1, page);
        var neighbourPage = new MemoryPage();
        var neighbour = new PlainGuest(neighbourPage);
        var neighbourRing = store.Serve(2, neighbourPage);
        RingStore.Run(attacked.AttachAsync(startEmpty: attack.Writes.Count % 2 == 0));
        RingStore.Run(neighbourRing.AttachAsync(startEmpty: false));
        for (uint turn = 0; turn < Turns && page.Violation is null; turn++)
        {
            RingStore.Run(attacked.ServeAsync(4));
            neighbour.PutAll(CutStream.Message(XsMessageType.GetDomainPath, turn, 0, "2\0"u8.ToArray()));
            RingStore.Run(neighbourRing.ServeAsync(4));
            neighbour.Take();
            byte[] expected = CutStream.Message(XsMessageType.GetDomainPath, turn, 0, "/local/domain/2\0"u8.ToArray());
            if (!neighbour.Received.AsSpan().EndsWith(expected))
            {
                return $"the neighbour was not answered in turn {turn}";
            }
        }

        bool isErrorRight = attacked.IsAbandoned ? page.ToldError is (uint)XsRingError.RingIndex or (uint)XsRingError.Protocol : page.ToldError == 0;
        return page.Violation
            ?? (isErrorRight ? null : $"given up: {attacked.IsAbandoned}, told error {page.ToldError}")
            ?? (store.Guest(1).IsServed == !attacked.IsAbandoned ? null : "the engine and the ring differ on whether the guest is served")
            ?? store.Engine.CheckInvariants();
    }
}
