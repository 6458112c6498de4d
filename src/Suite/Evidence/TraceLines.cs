using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Conformance.Model.Trace;

namespace Conformance.Suite.Evidence;

/// <summary>Writes the steps of a run as JSON lines (docs/trace.md). One caller at a time; disposing flushes.</summary>
public sealed class TraceWriter(TextWriter output) : ITraceSink, IDisposable
{
    private long time;

    /// <inheritdoc/>
    public void Record(string actor, int generation, string step, string subject, string result, params ReadOnlySpan<KeyValuePair<string, string>> arguments) =>
        output.Write(TraceLines.Write(new TraceEvent(time++, actor, generation, step, subject, arguments.ToArray(), result)) + "\n");

    /// <inheritdoc/>
    public void Dispose() => output.Dispose();
}

/// <summary>The file format of traces: one JSON object a line (docs/trace.md).</summary>
public static class TraceLines
{
    // Traces are read as JSON and never pasted into HTML.
    private static readonly TraceLineContext Context = new(new JsonSerializerOptions(TraceLineContext.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>One step as one line, without its line feed.</summary>
    public static string Write(TraceEvent step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var args = new Dictionary<string, string>();
        foreach (var (name, value) in step.Arguments)
        {
            args[name] = value;
        }

        return JsonSerializer.Serialize(
            new TraceLine(step.Time, step.Actor, step.Generation, step.Step, step.Object, args, step.Result), Context.TraceLine);
    }

    /// <summary>Reads a trace; empty lines are passed over.</summary>
    /// <param name="fileName">Named in error messages.</param>
    /// <param name="lines">Its lines.</param>
    /// <exception cref="FormatException">A line is malformed, or the times have gaps; the message says where.</exception>
    public static IEnumerable<TraceEvent> Read(string fileName, IEnumerable<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        int number = 0;
        long expected = 0;
        foreach (string line in lines)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            var step = ReadLine($"{fileName}:{number}", line);
            if (step.Time != expected)
            {
                throw new FormatException($"{fileName}:{number}: expected time {expected}, found {step.Time}; times count from 0 without gaps");
            }

            expected++;
            yield return step;
        }
    }

    private static TraceEvent ReadLine(string where, string line)
    {
        try
        {
            var read = JsonSerializer.Deserialize(line, Context.TraceLine)
                ?? throw new FormatException($"{where}: expected a step as a JSON object, found null");
            return new TraceEvent(read.Time, read.Actor, read.Generation, read.Step, read.Object, [.. read.Args], read.Result);
        }
        catch (JsonException malformed)
        {
            throw new FormatException(
                $"{where}: expected a step as a JSON object with time, actor, generation, step, object, args and result; {malformed.Message.ReplaceLineEndings(" ")}");
        }
    }
}

internal sealed record TraceLine(
    long Time, string Actor, int Generation, string Step, string Object, IReadOnlyDictionary<string, string> Args, string Result);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TraceLine))]
internal sealed partial class TraceLineContext : JsonSerializerContext;
