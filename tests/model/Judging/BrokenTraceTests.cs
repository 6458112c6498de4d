using Conformance.Model.Judging;

namespace Conformance.Tests.Model.Judging;

/// <summary>Traces broken by hand: each is rejected at the step that is wrong, with its clause and by whom.</summary>
public sealed class BrokenTraceTests
{
    private const string Back = "/local/domain/0/backend/vbd/5/51712";
    private const string Front = "/local/domain/5/device/vbd/51712";

    /// <summary>What was broken; how; the clause; the blame; a part of the step at which it is found.</summary>
    public static TheoryData<string, string, string, Blame, string> Table => new()
    {
        { "a page mapped twice", "repeat B8.0", "XB-015", Blame.Back, "B8.0 queue 0 page 0 ref 8" },
        { "Closed without unmapping", "drop GU 1; drop GU 2; drop B23", "XB-020", Blame.Back, $"W {Back}/state=6" },
        { "one page never unmapped", "drop GU 2", "XB-020", Blame.Back, $"W {Back}/state=6" },
        { "unmapped with ports open", "drop B21", "BB-028", Blame.Back, "B23 blkback" },
        { "a request taken after the unmap", "add after B23: dom0/blkback 5/51712@1 | C | queue 0 request 1 | operation=Read | OK", "BB-028", Blame.Back, "C queue 0 request 1" },
        { "Connected without a ring", "drop B8.0; drop B8.1", "XB-051", Blame.Back, $"W {Back}/state=4" },
        { "Connected without a port", "drop B9.0", "XB-051", Blame.Back, $"W {Back}/state=4" },
        { "Connected before the medium is described", "drop sectors", "NG-005", Blame.Back, $"W {Back}/state=4" },
        { "Initialised without ring references", "drop ring-ref0; drop ring-ref1", "NG-004", Blame.Front, $"W {Front}/state=3" },
        { "Initialised without a port", "drop event-channel", "NG-004", Blame.Front, $"W {Front}/state=3" },
        { "state before publication", "move state=3 before ring-ref0", "NG-004", Blame.Front, $"W {Front}/state=3" },
        { "a front that goes from Closed to Connected", $"add after state=6 @5: dom5 | W | {Front}/state | op=Write value=4 | OK", "XB-008", Blame.Front, $"W {Front}/state=4" },
        { "a back that goes back from Connected to Initialised", $"add after B12: dom0/1 | W | {Back}/state | op=Write value=3 | OK", "XB-009", Blame.Back, $"W {Back}/state=3" },
        { "a back Connected to a front that published nothing", "drop state=3; drop F8", "XB-051", Blame.Back, $"W {Back}/state=4" },
        { "a front Connected before its back", "move state=4 @5 before B7", "XB-013", Blame.Front, $"W {Front}/state=4" },
        { "a front Connected while its back is late", "move state=4 @5 before B8.0", "XB-013", Blame.Front, $"W {Front}/state=4" },
        { "a back that closes by itself under a front that is Connected", "drop online=0; drop state=5; drop state=5 @5; drop state=6 @5", "XB-024", Blame.Back, $"W {Back}/state=6" },
        { "a front that says InitWait", $"add after F4: dom5 | W | {Front}/state | op=Write value=2 | OK", "XB-008", Blame.Front, $"W {Front}/state=2" },
        { "a state that is no number", $"add after F4: dom5 | W | {Front}/state | op=Write value=ready | OK", "XB-001", Blame.Front, $"W {Front}/state=ready" },
        { "a front that writes its back's state", $"add after F20: dom5 | W | {Back}/state | op=Write value=6 | OK", "XB-004", Blame.Front, $"W {Back}/state=6" },
        { "the back's directory written after its removal", $"add at end: dom0/1 | W | {Back}/state | op=Write value=6 | OK", "XB-007", Blame.Back, $"W {Back}/state=6" },
        { "the front's directory written after its removal", $"add at end: dom5 | W | {Front}/state | op=Write value=6 | OK", "XB-007", Blame.Front, $"W {Front}/state=6" },
        { "a request answered twice", "repeat A", "RG-025", Blame.Back, "A queue 0 request 0" },
        { "an answer to nothing", "drop C", "RG-025", Blame.Back, "A queue 0 request 0" },
        { "an id used twice at once", "repeat Q", "BF-004", Blame.Front, "Q queue 0 request 0" },
        { "a request that ends twice", "repeat D queue", "BF-005", Blame.Front, "D queue 0 request 0" },
        { "a request before Connected", "move P before B11", "XB-052", Blame.Front, "P queue 0" },
        { "a ring page revoked while it is mapped", "move GX 8 before B21", "GT-008", Blame.Front, "GX 8" },
        { "a page mapped after its revocation", "add after GX 10: dom0 | GM | 10 | of=5 access=ReadWrite | Okay", "GT-022", Blame.Hypervisor, "GM 10" },
        { "a second ring beside the first", "add after B12: dom0/blkback 5/51712@2 | B8.0 | queue 0 page 0 ref 11 | | OK", "XB-017", Blame.Back, "B8.0 queue 0 page 0 ref 11" },
        { "a store that gives an old value", $"add after B12: dom5 | R | {Back}/state | op=Read | 2", "XS-049", Blame.Store, $"R {Back}/state" },
        { "a tool stack that says Connected for a front", $"add after F4: dom0/1 | W | {Front}/state | op=Write value=4 | OK", "XB-004", Blame.ToolStack, $"W {Front}/state=4" },
        { "a tool stack that says Initialised for a front", "replace dom5 at state=3 by dom0/1", "XB-004", Blame.ToolStack, $"W {Front}/state=3" },
        { "InitWait again while the device closes", $"add after state=6 @5: dom0/1 | W | {Back}/state | op=Write value=2 | OK", "XB-009", Blame.Back, $"W {Back}/state=2" },
    };

    [Fact]
    public void TheTable_HasAtLeast25() => Assert.True(Table.Count >= 25);

    [Theory]
    [MemberData(nameof(Table))]
    public void ABrokenTrace_IsRejected_AtTheStepThatIsWrong(string what, string how, string clause, Blame blame, string at)
    {
        var broken = Break.Apply(TraceText.Read(TraceText.Life), how);

        var report = TraceJudge.Judge(broken);

        Assert.True(report.Rejections.Count > 0, $"{what}: accepted");
        var first = report.Rejections[0];
        Assert.Equal((clause, blame), (first.Clause, first.Blame));
        Assert.StartsWith(at, Break.NameOf(first.Event), StringComparison.Ordinal);
        Assert.False(report.IsAccepted);
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void ABrokenTrace_UpToTheStepBefore_IsAccepted(string what, string how, string clause, Blame blame, string at)
    {
        var broken = Break.Apply(TraceText.Read(TraceText.Life), how);
        var first = TraceJudge.Judge(broken).Rejections[0];

        var report = TraceJudge.Judge(broken.Take((int)first.Event.Time));

        Assert.True(report.IsAccepted, $"{what} ({clause}, {blame}, {at})");
    }
}
