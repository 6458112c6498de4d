using Conformance.Model.Judging;
using Conformance.Model.Trace;

namespace Conformance.Tests.Model.Judging;

/// <summary>What a tool stack does wrong, broken by hand.</summary>
public sealed class ToolStackTraceTests
{
    private const string Back = "/local/domain/0/backend/vbd/5/51712";
    private const string Front = "/local/domain/5/device/vbd/51712";
    private const string Split = "dom0/1 | TE | | op=TransactionEnd tx=1 what=T | OK\ndom0/1 | TS | | op=TransactionStart | 1";

    /// <summary>What is wrong with the making of a device; the node that is left out or what is changed.</summary>
    [Theory]
    [InlineData("frontend-id")]
    [InlineData("online")]
    [InlineData("backend-id")]
    [InlineData("vbd/5/51712/state")]
    [InlineData("device/vbd/51712/state")]
    [Trait("Clause", "XB-002")]
    public void ADeviceThatLacksANodeFromTheStart_IsRejected(string node)
    {
        var life = TraceText.Read(TraceText.Life);
        life.RemoveAt(life.FindIndex(step => step.Step == StepCode.TransactionWrite && step.Object.EndsWith(node, StringComparison.Ordinal)));

        ExpectFirst("XB-002", life, StepCode.TransactionEnd, tx: "1");
    }

    [Theory]
    [InlineData("online", "0")]
    [InlineData("vbd/5/51712/state", "2")]
    [InlineData("frontend", "/local/domain/5/device/vbd/51728")]
    [Trait("Clause", "XB-002")]
    public void ADeviceWithAnotherValueFromTheStart_IsRejected(string node, string value)
    {
        var life = TraceText.Read(TraceText.Life);
        int at = life.FindIndex(step => step.Step == StepCode.TransactionWrite && step.Object.EndsWith(node, StringComparison.Ordinal));
        life[at] = life[at] with { Arguments = [.. life[at].Arguments.Select(argument => argument.Key == "value" ? new("value", value) : argument)] };

        ExpectFirst("XB-002", life, StepCode.TransactionEnd, tx: "1");
    }

    [Fact]
    [Trait("Clause", "XB-002")]
    public void DirectoriesMadeInTwoTransactions_AreRejected_AtTheFirst()
    {
        var life = TraceText.Read(TraceText.Life);
        life.InsertRange(life.FindIndex(step => step.Object == $"{Front}/backend"), TraceText.Read(Split));

        ExpectFirst("XB-002", life, StepCode.TransactionEnd, tx: "1");
    }

    [Fact]
    [Trait("Clause", "XB-027")]
    public void OfflineWithoutClosing_IsRejected()
    {
        var life = TraceText.Read(TraceText.Life);
        life.RemoveAt(life.FindIndex(step => step.Object == $"{Back}/state" && step.Find("value") == "5"));

        ExpectFirst("XB-027", life, StepCode.TransactionEnd, tx: "3");
    }

    [Fact]
    [Trait("Clause", "XB-027")]
    public void ClosingAndOffline_InTwoTransactions_AreRejected()
    {
        var life = TraceText.Read(TraceText.Life);
        int closing = life.FindIndex(step => step.Object == $"{Back}/state" && step.Find("value") == "5");
        life.InsertRange(closing, TraceText.Read(Split.Replace("tx=1", "tx=3", StringComparison.Ordinal).Replace("| 1", "| 3", StringComparison.Ordinal)));

        ExpectFirst("XB-027", life, StepCode.TransactionEnd, tx: "3");
    }

    [Fact]
    [Trait("Clause", "XB-027")]
    public void ClosingOfABackInADriverDomain_WithoutOffline_IsRejected()
    {
        string text = TraceText.Life.Replace("/domain/0/backend", "/domain/2/backend", StringComparison.Ordinal).Replace("dom0/blkback", "dom2/blkback", StringComparison.Ordinal);
        var life = TraceText.Read(text);
        int added = life.FindIndex(step => step.Step == BackStep.SeeDirectory);
        life = [.. life.Select((step, time) => time > added && step.Actor == "dom0/1" && step.Find("tx") != "3" && step.Find("op") != "TransactionStart" && step.Step != StepCode.Remove ? step with { Actor = "dom2" } : step)];
        life = [.. life.Select(step => step.Find("op") == "TransactionStart" && step.Result == "2" ? step with { Actor = "dom2" } : step)];
        Assert.Empty(TraceJudge.Judge(TraceJudgeTests.Numbered(life)).Rejections);

        life.RemoveAt(life.FindIndex(step => step.Object.EndsWith("/online", StringComparison.Ordinal) && step.Find("value") == "0"));
        ExpectFirst("XB-027", life, StepCode.TransactionEnd, tx: "3");
    }

    /// <summary>A back whose attach failed says offline by itself (XB-041), and a closed device may be given up without Closing.</summary>
    [Theory]
    [InlineData("dom0/1 | TW | /local/domain/0/backend/vbd/5/51712/hotplug-status | op=Write tx=9 value=error | OK")]
    [InlineData("dom0/1 | TW | /local/domain/0/backend/vbd/5/51712/mode | op=Write tx=9 value=w | OK")]
    [Trait("Clause", "XB-027")]
    [Trait("Clause", "XB-041")]
    public void OfflineForAReason_IsAccepted(string with)
    {
        bool isFailure = with.Contains("error", StringComparison.Ordinal);
        var life = TraceText.Read(TraceText.Life);
        int place = life.FindIndex(step => isFailure ? step.Step == BackStep.PublishLimits : step.Step == BackStep.Closed);
        if (!isFailure)
        {
            life.RemoveAll(step => step.Find("tx") == "3" || (step.Step == StepCode.TransactionStart && step.Result == "3"));
            life.Insert(life.FindIndex(step => step.Step == BackStep.ClosePort), TraceText.Read($"dom0/1 | W | {Back}/state | op=Write value=5 | OK")[0]);
            place = life.FindIndex(step => step.Step == BackStep.Closed);
        }

        var told = TraceText.Read($"dom0/1 | TS | | op=TransactionStart | 9\n{with}\ndom0/1 | TW | {Back}/online | op=Write tx=9 value=0 | OK\ndom0/1 | TE | | op=TransactionEnd tx=9 what=T | OK");

        Assert.Empty(TraceJudge.Judge(TraceJudgeTests.Numbered(life.Take(place + 1).Concat(told))).Rejections);
    }

    private static void ExpectFirst(string clause, IEnumerable<TraceEvent> trace, string step, string tx)
    {
        var first = TraceJudge.Judge(TraceJudgeTests.Numbered(trace)).Rejections[0];
        Assert.Equal((clause, Blame.ToolStack, step, tx), (first.Clause, first.Blame, first.Event.Step, first.Event.Find("tx")));
    }
}
