using Conformance.Model.Connection;
using Conformance.Model.Judging;
using Conformance.Model.Trace;

namespace Conformance.Tests.Model.Judging;

/// <summary>Connections that end and begin for reasons of the drivers or the tool stack: what is a reason, and what is none.</summary>
public sealed class NewBeginningTests
{
    private const string Back = "/local/domain/0/backend/vbd/5/51712";
    private const string Front = "/local/domain/5/device/vbd/51712";

    /// <summary>The back tears down under a front that is Connected.</summary>
    private const string TearDown = $"""
        dom0/1 | W | {Back}/state | op=Write value=5 | OK
        dom0/blkback 5/51712@1 | B21 | blkback 5/51712 | | OK
        dom0/blkback 5/51712@1 | B22 | blkback 5/51712 | | OK
        dom0 | GU | 1 | of=5 | Okay
        dom0 | GU | 2 | of=5 | Okay
        dom0/blkback 5/51712@1 | B23 | blkback 5/51712 | | OK
        dom0/1 | W | {Back}/state | op=Write value=6 | OK
        """;

    private const string FrontCloses = $"""
        dom5 | W | {Front}/state | op=Write value=5 | OK
        dom5 | W | {Front}/state | op=Write value=6 | OK
        dom5/blkfront 51712@1 | F23 | {Front} | | OK
        """;

    /// <summary>Both close by the front's wish, and the device stays.</summary>
    private const string Closed = $"{FrontCloses}\n{TearDown}\n";

    private const string WatchesFront = $"dom0/1 | WA | {Front}/state | op=Watch token=7 | OK\n";

    private const string NoLongerWatches = $"dom0/1 | UN | {Front}/state | op=Unwatch token=7 | OK\n";

    [Fact]
    [Trait("Clause", "XB-024")]
    public void ABackMayTearDown_UnderAConnectedFront_OnlyWhenItIsUnloaded_OrHasFailed()
    {
        Assert.Equal(("XB-024", Blame.Back), First(WatchesFront + TearDown));
        Accepts(WatchesFront + NoLongerWatches + TearDown);
        Accepts($"dom0/1 | W | /local/domain/0/error/backend/vbd/5/51712/error | op=Write value=71 | OK\n{TearDown}");
    }

    [Fact]
    [Trait("Clause", "XB-024")]
    public void AWatchOfSomebodyElse_IsNoUnload() =>
        Assert.Equal(("XB-024", Blame.Back), First($"{WatchesFront}dom0/1 | WA | {Front}/state | op=Watch token=8 | OK\n{NoLongerWatches}{TearDown}"));

    [Fact]
    [Trait("Clause", "XB-009")]
    [Trait("Clause", "XB-025")]
    public void ABackThatServesAgain_GoesFromClosedToInitWait_AndNotToInitialising()
    {
        string again = $"{Closed}dom5 | W | {Front}/state | op=Write value=1 | OK\n";

        Accepts($"{again}dom0/1 | W | {Back}/state | op=Write value=2 | OK");
        Assert.Equal(("XB-009", Blame.Back), First($"{again}dom0/1 | W | {Back}/state | op=Write value=1 | OK"));
    }

    [Fact]
    [Trait("Clause", "RS-015")]
    [Trait("Clause", "XB-053")]
    public void AnotherBack_MaySayInitialising_WhereTheOneBeforeWasUnloaded() =>
        Accepts(WatchesFront + NoLongerWatches + TearDown + $"\ndom0/1 | W | {Back}/state | op=Write value=1 | OK\ndom0/blkback 5/51712 | B0 | {Back} | | OK\ndom0/1 | W | {Back}/state | op=Write value=2 | OK");

    [Fact]
    [Trait("Clause", "RS-015")]
    [Trait("Clause", "XS-147")]
    public void ABackThatStartsAgainWithoutAnUnload_ResetsItsConnection_AndMaySayInitialising()
    {
        string begins = $"dom0/1 | W | {Back}/state | op=Write value=1 | OK\ndom0/blkback 5/51712 | B0 | {Back} | | OK\n";

        Accepts($"dom0/1 | RES | | op=ResetWatches | OK\n{begins}");
        Assert.Equal(("XB-009", Blame.Back), First($"dom5 | RES | | op=ResetWatches | OK\n{begins}"));
    }

    [Fact]
    [Trait("Clause", "XB-014")]
    [Trait("Clause", "XB-008")]
    public void AFront_MayBeginAnew_BeforeItsBackHasSeenItClose()
    {
        Accepts($"{FrontCloses}\ndom5 | W | {Front}/state | op=Write value=1 | OK\n{TearDown}\ndom0/1 | W | {Back}/state | op=Write value=2 | OK");
        Assert.Equal(("XB-008", Blame.Front), First($"dom5 | W | {Front}/state | op=Write value=5 | OK\ndom5 | W | {Front}/state | op=Write value=1 | OK"));
    }

    [Fact]
    [Trait("Clause", "XB-013")]
    public void AFront_IsConnectedOnly_ToWhatItsBackAnsweredAfterIt()
    {
        // The back never saw the close: it stays Connected to the ring before (D-1).
        string again = $"{FrontCloses}\ndom5 | W | {Front}/state | op=Write value=1 | OK\n";
        string published = $"{again}dom5 | W | {Front}/state | op=Write value=3 | OK\n";
        string connected = $"dom5 | W | {Front}/state | op=Write value=4 | OK\n";

        Assert.Equal(("XB-013", Blame.Front), First(again + connected));
        Assert.Equal(("XB-013", Blame.Front), First(published + connected));
        Accepts($"{again}{TearDown}\ndom0/1 | W | {Back}/state | op=Write value=2 | OK\n{connected}");
    }

    [Fact]
    [Trait("Clause", "XB-025")]
    [Trait("Clause", "XB-030")]
    public void AnOfflineBack_ServesAgain_OnlyOnceTheToolStackWantsItAgain()
    {
        string offline = $"{Closed}dom0/1 | W | {Back}/online | op=Write value=0 | OK\n";
        string again = $"dom5 | W | {Front}/state | op=Write value=1 | OK\ndom0/1 | W | {Back}/state | op=Write value=2 | OK";

        Assert.Equal(("XB-025", Blame.Back), First(offline + again));
        Accepts($"{offline}dom0/1 | W | {Back}/online | op=Write value=1 | OK\n{again}");
    }

    [Fact]
    [Trait("Clause", "XB-033")]
    public void AFrontsDirectory_MadeAgainForAnotherBack_IsGoneForTheOneBefore()
    {
        string moved = string.Join('\n', TraceText.Life.Split('\n').Take(9)).Replace("/domain/0/backend", "/domain/2/backend", StringComparison.Ordinal);

        var report = Judge($"{Closed}{moved}\ndom2 | W | /local/domain/2/backend/vbd/5/51712/state | op=Write value=2 | OK");

        Assert.Empty(report.Rejections);
        Assert.Equal([Back, "/local/domain/2/backend/vbd/5/51712"], report.Connections.Select(connection => connection.Back));
        Assert.Equal("in the middle: front absent, back Closed", report.Connections[0].End);
    }

    [Fact]
    [Trait("Clause", "XB-036")]
    [Trait("Clause", "XB-052")]
    public void AFrontFindsItsBackByItsOwnPointer_WhereTheOtherIsMissing()
    {
        var life = TraceText.Read(TraceText.Life);
        life.RemoveAll(step => step.Object.EndsWith("/frontend", StringComparison.Ordinal));

        // How the device was made is wrong, and nothing that the front makes of it.
        Assert.Equal(["XB-002"], TraceJudge.Judge(TraceJudgeTests.Numbered(life)).Rejections.Select(rejection => rejection.Clause));
    }

    private static void Accepts(string then) => Assert.Empty(Judge(then).Rejections.Select(rejection => $"{rejection.Event.Time} {Break.NameOf(rejection.Event)}: {rejection.Clause}"));

    private static (string Clause, Blame Blame) First(string then)
    {
        var first = Judge(then).Rejections[0];
        return (first.Clause, first.Blame);
    }

    /// <summary>Judges a connection that stands, and what comes then, of a back that waits for its front (D-6).</summary>
    private static JudgeReport Judge(string then)
    {
        var life = TraceText.Read(TraceText.Life);
        int connected = life.FindIndex(step => step.Step == FrontStep.Announce);
        return TraceJudge.Judge(TraceJudgeTests.Numbered(life.Take(connected + 1).Concat(TraceText.Read(then))), new JudgeOptions { Backs = [Dialects.Reference] });
    }
}
