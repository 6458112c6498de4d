using System.Globalization;
using Conformance.Model.Judging;
using Conformance.Model.Trace;

namespace Conformance.Cli.Output;

/// <summary>What the judge found, as text.</summary>
internal sealed class JudgeView(TextWriter output)
{
    /// <summary>The line of a step in its file.</summary>
    public static string LineOf(TraceEvent step) => step.Find("line") ?? (step.Time + 1).ToString(CultureInfo.InvariantCulture);

    /// <summary>Whom a rejection is put down to, in words.</summary>
    public static string NameOf(Blame blame) => blame == Blame.ToolStack ? "tool stack" : blame.ToString().ToLowerInvariant();

    /// <summary>Writes all of it.</summary>
    public void Write(string file, JudgeReport report)
    {
        Line($"{file}: {report.Events} steps, {report.Judged} judged, {report.Events - report.Judged} ignored");
        foreach (var (reason, count) in report.Ignored)
        {
            Line($"  {count,6} ignored: {reason}");
        }

        foreach (var connection in report.Connections)
        {
            WriteConnection(connection);
        }

        foreach (var breach in report.Breaches)
        {
            Line("beside any connection");
            WriteRejection(breach);
        }

        Line(report.Rejections.Count > 0 ? $"rejected: {report.Rejections.Count} of {report.Connections.Count + report.Breaches.Count}"
            : report.IsJudged ? $"accepted: {report.Connections.Count} connection{(report.Connections.Count == 1 ? "" : "s")}"
            : "nothing judged: no block device is made in this trace");
    }

    private void WriteConnection(ConnectionVerdict connection)
    {
        Line($"{connection.Front} with {connection.Back}, from step {connection.Beginning}: {(connection.Rejection is null ? $"accepted, ends {connection.End}" : "rejected")}");
        Line($"  the front may be {string.Join(", ", connection.Fronts)}; the back {string.Join(", ", connection.Backs)}");
        Line($"  {connection.Moves.Count} transitions of state nodes, at most {connection.MostStates} states of the model at once");
        if (connection.Steps.Count > 0)
        {
            var missing = ModelSteps.All.Except(connection.Steps).ToArray();
            Line($"  {ModelSteps.All.Count - missing.Length} of the model's {ModelSteps.All.Count} steps of drivers taken{(missing.Length > 0 ? $"; not {string.Join(' ', missing)}" : "")}");
        }

        if (connection.Rejection is { } rejection)
        {
            WriteRejection(rejection);
        }
    }

    private void WriteRejection(Rejection rejection)
    {
        var step = rejection.Event;
        string value = step.Find("value") is { } written ? $" = {written}" : "";
        Line($"  first bad step {step.Time}, line {LineOf(step)}: {step.Actor} {step.Step} {step.Object}{value}");
        Line($"  {rejection.Clause}, {NameOf(rejection.Blame)}: expected {rejection.Expected}; came {rejection.Came}");
        foreach (string choice in rejection.Allowed)
        {
            Line($"  allowed there: {choice}");
        }
    }

    private void Line(string text) => output.WriteLine(text);
}
