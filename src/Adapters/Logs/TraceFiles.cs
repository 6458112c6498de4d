using System.Text.RegularExpressions;
using Conformance.Model.Trace;
using Conformance.Suite.Evidence;

namespace Conformance.Adapters.Logs;

/// <summary>Reads traces and the logs of store daemons as steps.</summary>
public static partial class TraceFiles
{
    // Daemons write lines of other kinds at their start.
    private const int LinesLookedAt = 200;

    /// <summary>Reads a file. The steps of a log have the number of their line as the argument <c>line</c>.</summary>
    /// <param name="name">Named in messages.</param>
    /// <param name="lines">Its lines.</param>
    /// <param name="format">What it is written in; null to find out.</param>
    /// <exception cref="FormatException">It is nothing of the kind; the message is one line.</exception>
    public static IEnumerable<TraceEvent> Read(string name, IReadOnlyList<string> lines, TraceFormat? format = null)
    {
        ArgumentNullException.ThrowIfNull(lines);
        if (!lines.Any(line => !string.IsNullOrWhiteSpace(line)))
        {
            return [];
        }

        return (format ?? Detect(name, lines)) switch
        {
            TraceFormat.XenStored => XenStoredLog.Read(name, lines),
            TraceFormat.OXenStored => OXenStoredLog.Read(name, lines),
            _ => TraceLines.Read(name, lines),
        };
    }

    /// <summary>Finds out what a file is written in.</summary>
    /// <exception cref="FormatException">It is nothing that is known.</exception>
    public static TraceFormat Detect(string name, IReadOnlyList<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        foreach (string line in lines.Where(line => !string.IsNullOrWhiteSpace(line)).Take(LinesLookedAt))
        {
            if (line.TrimStart().StartsWith('{'))
            {
                return TraceFormat.Trace;
            }

            if (OXenStoredLog.IsLine(line))
            {
                return TraceFormat.OXenStored;
            }

            if (XenStoredLog.IsLine(line))
            {
                return TraceFormat.XenStored;
            }
        }

        string first = lines.First(line => !string.IsNullOrWhiteSpace(line));
        throw new FormatException($"{name}: expected a trace of JSON lines, a trace file of xenstored or an access log of oxenstored, found '{Control().Replace(first.Length > 40 ? first[..40] + "…" : first, "?")}'");
    }

    [GeneratedRegex(@"\p{C}")]
    private static partial Regex Control();
}
