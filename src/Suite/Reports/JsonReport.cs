using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Conformance.Suite.Reports;

/// <summary>The JSON form of reports: <c>report.json</c>.</summary>
public static class JsonReport
{
    // The file is read as JSON and never pasted into HTML, so quotes and arrows may stay readable.
    private static readonly JsonReportContext Context = new(new JsonSerializerOptions(JsonReportContext.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    private static JsonTypeInfo<RunReport> RunType => Context.RunReport;

    /// <summary>Writes a report.</summary>
    public static string Write(RunReport report) => JsonSerializer.Serialize(report, RunType) + "\n";

    /// <summary>Reads a report.</summary>
    /// <param name="fileName">Named in error messages.</param>
    /// <param name="json">The file's text.</param>
    /// <exception cref="FormatException">It is none; the message is one line.</exception>
    public static RunReport Read(string fileName, string json)
    {
        RunReport? report;
        try
        {
            report = JsonSerializer.Deserialize(json, RunType);
        }
        catch (JsonException malformed)
        {
            throw new FormatException(
                $"{fileName}: expected a report.json of `xenconf certify`, found something else: {malformed.Message.ReplaceLineEndings(" ")}");
        }

        return report switch
        {
            null => throw new FormatException($"{fileName}: expected a report.json of `xenconf certify`, found null"),
            { Schema: RunReport.CurrentSchema } => report,
            _ => throw new FormatException($"{fileName}: expected a report of schema {RunReport.CurrentSchema}, found {report.Schema}; make it again with this version"),
        };
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = true)]
[JsonSerializable(typeof(RunReport))]
internal sealed partial class JsonReportContext : JsonSerializerContext;
