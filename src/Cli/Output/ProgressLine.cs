using System.Globalization;
using Conformance.Suite.Running;
using Conformance.Suite.Verdicts;

namespace Conformance.Cli.Output;

/// <summary>One line on a terminal's standard error that says how far a run has come; nothing anywhere else.</summary>
internal sealed class ProgressLine(CliServices services) : IDisposable
{
    private readonly StatusLine line = new(services);
    private int failed;

    public void Show(RunProgress progress)
    {
        failed += progress.Latest.IsBreach ? 1 : 0;
        string failures = failed == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {failed} failed");
        line.Show(string.Create(CultureInfo.InvariantCulture, $"{progress.Done}/{progress.Total}{failures}  {Mark(progress.Latest.Verdict)} {progress.Latest.Case.Id}"));
    }

    public void Clear() => line.Clear();

    public void Dispose() => Clear();

    private static string Mark(Verdict verdict) => verdict switch
    {
        Verdict.Pass => "pass",
        Verdict.Fail => "FAIL",
        Verdict.Inconclusive => "????",
        _ => "n/a ",
    };
}
