using Conformance.Adapters.Logs;
using Conformance.Model.Judging;
using Conformance.Model.Trace;

namespace Conformance.Tests.Unit.Judging;

/// <summary>The logs of real daemons, as the two wrote them for the same attach, use and removal of a disk.</summary>
public sealed class StoreLogTests
{
    private const string State = "/local/domain/0/backend/vbd/5/51712/state";

    public static TheoryData<string, TraceFormat> Samples => new()
    {
        { "xenstored-trace.log", TraceFormat.XenStored },
        { "oxenstored-access.log", TraceFormat.OXenStored },
    };

    [Theory]
    [MemberData(nameof(Samples))]
    public void ARealLog_IsRecognised_AndJudged(string file, TraceFormat format)
    {
        string[] lines = Lines(file);
        Assert.Equal(format, TraceFiles.Detect(file, lines));

        var report = TraceJudge.Judge(TraceFiles.Read(file, lines));

        Assert.Empty(report.Rejections);
        var connection = Assert.Single(report.Connections);
        Assert.Equal(("/local/domain/5/device/vbd/51712", "Gone"), (connection.Front, connection.End));
        Assert.Equal(8, connection.Moves.Count);
        Assert.Empty(connection.Steps);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Connections_AreKnownByTheirDomains(string file, TraceFormat format)
    {
        var steps = TraceFiles.Read(file, Lines(file), format).ToList();

        Assert.Equal(["dom5"], steps.Where(step => step.Object == "/local/domain/5/device/vbd/51712/ring-ref").Select(step => step.Actor));
        Assert.All(steps.Where(step => step.Object == State && step.Step == StepCode.Write), step => Assert.StartsWith("dom0/", step.Actor, StringComparison.Ordinal));
        Assert.Equal(Enumerable.Range(0, steps.Count).Select(time => (long)time), steps.Select(step => step.Time));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Transactions_AreWhole(string file, TraceFormat format)
    {
        var steps = TraceFiles.Read(file, Lines(file), format).ToList();

        Assert.Equal(4, steps.Count(step => step.Step == StepCode.TransactionEnd && step.Result == "OK" && step.Find("what") == "T"));
        Assert.Contains(steps, step => step is { Step: StepCode.TransactionWrite, Object: State } && step.Find("value") == "5");
        Assert.Contains(steps, step => step is { Step: StepCode.Write, Object: State } && step.Find("value") == "4");
        Assert.Equal("/media/disk one.img", steps.Single(step => step.Object.EndsWith("/params", StringComparison.Ordinal)).Find("value"));
    }

    [Theory]
    [InlineData("xenstored-trace.log", "WRITE (/local/domain/0/backend/vbd/5/51712/state 4)", "WRITE (/local/domain/0/backend/vbd/5/51712/state 3)")]
    [InlineData("oxenstored-access.log", "write     /local/domain/0/backend/vbd/5/51712/state 4", "write     /local/domain/0/backend/vbd/5/51712/state 3")]
    public void ALogBrokenByHand_IsRejected_AtItsLine(string file, string line, string broken)
    {
        string[] lines = Lines(file);
        int at = Array.FindIndex(lines, text => text.EndsWith(line, StringComparison.Ordinal));
        lines[at] = lines[at].Replace(line, broken, StringComparison.Ordinal);

        var first = TraceJudge.Judge(TraceFiles.Read(file, lines)).Rejections[0];

        Assert.Equal(("XB-009", Blame.Back, $"{at + 1}"), (first.Clause, first.Blame, first.Event.Find("line")));
    }

    [Fact]
    public void ARequestThatFailed_ChangesNothing()
    {
        string[] lines =
        [
            "[20240131T12:00:00.000Z]  D5           write     device/vbd/1/state 3",
            "[20240131T12:00:00.000Z]  D5           error     EACCES",
            "[20240131T12:00:00.000Z]  A1.7         t start   ",
            "[20240131T12:00:00.000Z]  A1.7         t end     ",
            "[20240131T12:00:00.000Z]  A1.7         conflict  ",
            "[20240131T12:00:00.000Z]  A1.8         t start   ",
            "[20240131T12:00:00.000Z]  A1.8         t end     ",
        ];

        var steps = TraceFiles.Read("log", lines).ToList();

        Assert.Equal(("/local/domain/5/device/vbd/1/state", "EACCES"), (steps[0].Object, steps[0].Result));
        Assert.Equal(("EAGAIN", "T"), (steps[2].Result, steps[2].Find("what")));
        Assert.Equal(("OK", "F"), (steps[4].Result, steps[4].Find("what")));
    }

    [Fact]
    public void ALaterXenstored_NamesTheDomainInEachLine()
    {
        string[] lines =
        [
            "io: IN 0x1000 (d7) 20240131 12:00:00 WRITE (device/vbd/1/state 3)",
            "io: OUT 0x1000 (d7) 20240131 12:00:00 ERROR (EQUOTA )",
        ];

        var step = Assert.Single(TraceFiles.Read("log", lines));

        Assert.Equal(("dom7", "/local/domain/7/device/vbd/1/state", "EQUOTA"), (step.Actor, step.Object, step.Result));
    }

    [Fact]
    public void AnotherFile_IsRefused_InOneLine()
    {
        var refused = Assert.Throws<FormatException>(() => TraceFiles.Read("notes.txt", ["dear diary"]));
        Assert.Equal("notes.txt: expected a trace of JSON lines, a trace file of xenstored or an access log of oxenstored, found 'dear diary'", refused.Message);
        Assert.Throws<FormatException>(() => TraceFiles.Read("notes.txt", ["dear diary"], TraceFormat.XenStored).ToList());
        Assert.Empty(TraceFiles.Read("empty", [""]));
    }

    private static string[] Lines(string file) => File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Judging", "Data", file));
}
