using Conformance.Model.Checking;
using Conformance.Model.Connection;

namespace Conformance.Tests.Model.Connection;

/// <summary>Each side of a disagreement other than the recommended one breaks what the table of disagreements says it breaks.</summary>
public sealed class DialectTests
{
    private static readonly Dialect Reference = Dialects.Reference;

    [Fact]
    [Trait("Clause", "XB-059")]
    public void D1_AFrontThatPublishesToAnotherConnectionsBack_NeverGetsAnAnswer() =>
        ExpectBroken(
            new ConnectionBounds { Crash = true, Use = true },
            Reference with { ResetsStaleState = false },
            Reference,
            "no state is stuck");

    [Fact]
    [Trait("Clause", "XB-032")]
    public void D2_AFrontThatIgnoresAMissingBack_IsStuck() =>
        ExpectBroken(new ConnectionBounds { Vanishing = true }, Reference with { BackMissing = PeerStateMissing.Ignore }, Reference, "no state is stuck");

    [Fact]
    [Trait("Clause", "XB-005")]
    [Trait("Clause", "XB-007")]
    public void D3_AnEndThatMakesItsNodeAgain_ResurrectsTheDirectory() =>
        ExpectBroken(new ConnectionBounds { Vanishing = true }, Reference, Reference with { OwnNodeMissing = OwnNodeMissing.MakeAgain }, "S5");

    [Fact]
    [Trait("Clause", "XB-024")]
    public void D6_ABackThatTearsDownAtItsOwnClosing_StopsServingAFrontThatRefuses() =>
        ExpectBroken(new ConnectionBounds { Removal = true, Use = true }, Reference, Reference with { TearsDownAtOwnClosing = true }, "a back keeps serving");

    [Fact]
    [Trait("Clause", "XB-014")]
    [Trait("Clause", "XB-025")]
    public void D7_ABackThatIgnoresAFastRestart_NeverAnswersTheNewGeneration()
    {
        var bounds = new ConnectionBounds { Reconnects = 1, Use = true };
        var fast = Reference with { WaitsForClosedBack = false, EarlyConnectedBack = EarlyConnectedBack.PublishAnyway };
        ExpectBroken(bounds, fast, Reference with { MissedClose = MissedClose.Ignore, SecondPublication = SecondPublication.Ignore }, "a request comes to its end");
    }

    [Fact]
    [Trait("Clause", "XB-014")]
    public void D7_ABackThatMakesUpForTheMissedClose_LeavesNobodyWaiting_ThoughAFastFrontMayTakeItForAWishToClose()
    {
        var fast = Reference with { WaitsForClosedBack = false };
        ExpectHolds(new ConnectionBounds { Reconnects = 1 }, fast, Reference, "an attach ends connected or released");
        ExpectBroken(new ConnectionBounds { Reconnects = 1 }, fast, Reference, "no state is stuck");
    }

    [Theory]
    [InlineData(BackReturned.Ignore)]
    [InlineData(BackReturned.Recover)]
    [Trait("Clause", "RS-015")]
    public void D9_ARestartedBack_ThatTakesTheRingUpAtItsResponses_ServesEitherFront(BackReturned reaction) =>
        ExpectHolds(
            new ConnectionBounds { BackDeath = true, BackRestart = true, Use = true },
            Reference with { BackReturned = reaction },
            Reference,
            "a request comes to its end");

    [Fact]
    [Trait("Clause", "RG-024")]
    public void D15_ABackThatBeginsAUsedRingAtZero_AnswersTwice() =>
        ExpectBroken(new ConnectionBounds { BackDeath = true, BackRestart = true, Use = true }, Reference, Reference with { FirstIndex = FirstIndex.Zero }, "S3");

    [Fact]
    [Trait("Clause", "XB-039")]
    public void D17_ABackThatOnlyLogsAFailedAttach_LeavesTheFrontWaiting() =>
        ExpectBroken(new ConnectionBounds { Failures = 1 }, Reference, Reference with { BackAttachFailure = BackAttachFailure.StayInInitWait }, "an attach ends");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Clause", "XB-018")]
    public void D18_ClosingBeforeClosed_IsNoMatter(bool saysClosing) =>
        ExpectHolds(new ConnectionBounds { Removal = true, Use = true }, Reference with { SaysClosing = saysClosing }, Reference, "a close that was asked for");

    [Fact]
    [Trait("Clause", "NG-027")]
    public void D13_ABackThatTakesAnotherAbiForGranted_DoesNotConnectASilentFront() =>
        ExpectBroken(new ConnectionBounds(), Reference with { WritesProtocol = false }, Reference with { DefaultAbi = DefaultAbi.X86Bits32 }, "no state is stuck");

    [Fact]
    [Trait("Clause", "NG-008")]
    public void D4_ALimitAboveTheBacks_IsRefusedOrClamped_AndNeitherIsStuck()
    {
        var bounds = new ConnectionBounds { Oddities = true };
        ExpectHolds(bounds, Reference, Reference, "no state is stuck");
        ExpectHolds(bounds, Reference, Reference with { LimitAbove = LimitAbove.Clamp }, "no state is stuck");
    }

    [Fact]
    [Trait("Clause", "XB-027")]
    public void ABackThatOverwritesAWishToClose_IsNeverRemoved() =>
        ExpectBroken(new ConnectionBounds { Removal = true }, Reference, Reference with { KeepsWishToClose = false }, "a close that was asked for");

    [Fact]
    [Trait("Clause", "XB-039")]
    public void ABackThatFailsForWhatAFrontTookBack_ReportsWhatIsNoFailure() =>
        ExpectBroken(
            new ConnectionBounds { BackDeath = true, BackRestart = true, Use = true },
            Reference,
            Reference with { LooksAgainWhenFrontMovedOn = false },
            "a back reports no failure");

    private static void ExpectBroken(ConnectionBounds bounds, Dialect front, Dialect back, string property) =>
        Assert.Equal(PropertyVerdict.Broken, Verdict(bounds, front, back, property));

    private static void ExpectHolds(ConnectionBounds bounds, Dialect front, Dialect back, string property) =>
        Assert.Equal(PropertyVerdict.Holds, Verdict(bounds, front, back, property));

    private static PropertyVerdict Verdict(ConnectionBounds bounds, Dialect front, Dialect back, string property) =>
        new Checker<ConnectionState>(new ConnectionSystem("connection/test", bounds, front, back)).Check(new CheckOptions())
            .Properties.Single(result => result.Name.StartsWith(property, StringComparison.Ordinal)).Verdict;
}
