namespace Conformance.Cli.Output;

/// <summary>A line on a terminal's standard error that is written over and over; nothing anywhere else.</summary>
internal sealed class StatusLine(CliServices services)
{
    private const string ClearLine = "\r\u001b[K";

    private bool shown;

    public void Show(string text)
    {
        if (services.ShowsProgress)
        {
            services.Error.Write(ClearLine + (text.Length < services.Width ? text : text[..(services.Width - 1)]));
            services.Error.Flush();
            shown = true;
        }
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
}
