using System.Globalization;
using System.Text;

namespace Conformance.Suite.Reports;

/// <summary>An exchange in lines of text.</summary>
public static class ExchangeText
{
    /// <summary>What one line says, without its party: <c>WRITE "/a|1"  req 3  tx 0</c>.</summary>
    public static string Label(ExchangeReport line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var text = new StringBuilder();
        if (line.Type is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"{line.Type} {line.Text} req {line.RequestId}");
            if (line.TransactionId is not 0)
            {
                text.Append(CultureInfo.InvariantCulture, $" tx {line.TransactionId}");
            }

            int bytes = Convert.FromBase64String(line.Payload).Length;
            if (line.Length != bytes)
            {
                text.Append(CultureInfo.InvariantCulture, $" (len says {line.Length}, {bytes} follow)");
            }
        }
        else
        {
            text.Append(line.Text);
        }

        return (line.Note.Length == 0 ? text : text.Append(text.Length > 0 ? " — " : "").Append(line.Note)).ToString();
    }

    /// <summary>All lines, with arrows: <c>dom0/1 → READ …</c>.</summary>
    public static string Render(CaseReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder();
        int expected = 0;
        foreach (var line in report.Exchange)
        {
            if (line.Time > expected)
            {
                text.Append(CultureInfo.InvariantCulture, $"      … {line.Time - expected} lines left out\n");
            }

            expected = line.Time + 1;
            string arrow = line.Direction switch { "sent" => "→", "received" => "←", _ => "·" };
            text.Append(CultureInfo.InvariantCulture, $"{line.Time,5} {line.Party} {arrow} {Label(line)}\n");
        }

        return text.ToString();
    }
}
