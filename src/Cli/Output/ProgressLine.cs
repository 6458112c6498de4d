using System.Globalization;
using Conformance.Suite.Running;
using Conformance.Suite.Verdicts;

namespace Conformance.Cli.Output;

/// <summary>One line on a terminal's standard error that says how far a run has come; nothing anywhere else.</summary>
internal sealed class ProgressLine(CliServices services) : IDisposable
{
    private const string ClearLine = "\r\u001b[K";

    private int failed;
    private bool shown;

    public void Show(RunProgress progress)
    {
        failed += progress.Latest.IsBreach ? 1 : 0;
        if (!services.ShowsProgress)
        {
            return;
        }

        string failures = failed == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {failed} failed");
        string text = string.Create(CultureInfo.InvariantCulture, $"{progress.Done}/{progress.Total}{failures}  {Mark(progress.Latest.Verdict)} {progress.Latest.Case.Id}");
        services.Error.Write(ClearLine + (text.Length < services.Width ? text : text[..(services.Width - 1)]));
        services.Error.Flush();
        shown = true;
    }

    public void Clear()
    {
        if (shown)
        {
            services.Error.Write(ClearLine);
            services.Error.Flush();
            shown = false;
        }
    }

    public void Dispose() => Clear();

    private static string Mark(Verdict verdict) => verdict switch
    {
        Verdict.Pass => "pass",
        Verdict.Fail => "FAIL",
        Verdict.Inconclusive => "????",
        _ => "n/a ",
    };
}
