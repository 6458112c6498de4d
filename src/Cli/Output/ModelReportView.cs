using System.Globalization;
using System.Text.Json.Serialization;
using Conformance.Model.Checking;
using Conformance.Model.Pictures;
using Conformance.Suite.Reports;

namespace Conformance.Cli.Output;

/// <summary>Prints what checks of models found: a line a model, then what is broken, as charts.</summary>
internal sealed class ModelReportView(CliServices services)
{
    private readonly Page page = new(services);

    // A table whose lines come one by one, as the models take their time; a page would break and squeeze them.
    public void WriteHead() => services.Output.WriteLine($"{"model",-28} {"states",11} {"generated",12} {"depth",5} {"states/s",10}  properties");

    public void WriteLine(CheckReport report)
    {
        var statistics = report.Statistics;
        double rate = statistics.Distinct / Math.Max(statistics.Elapsed.TotalSeconds, 1e-3);
        services.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Model,-28} {statistics.Distinct,11:N0} {statistics.Generated,12:N0} {statistics.Depth,5} {rate,10:N0}  {Verdicts(report)}"));
    }

    public void WriteEnd(IReadOnlyList<CheckReport> reports)
    {
        foreach (var report in reports)
        {
            foreach (var property in report.Properties.Where(property => property.Verdict == PropertyVerdict.Broken))
            {
                WriteBroken(report, property);
            }
        }

        page.WriteLine();
        long states = reports.Sum(report => report.Statistics.Distinct);
        int broken = reports.Sum(report => Count(report, PropertyVerdict.Broken));
        int unknown = reports.Sum(report => Count(report, PropertyVerdict.Unknown));
        string result = broken > 0 ? (broken == 1 ? "1 broken property" : $"{broken} broken properties")
            : unknown > 0 ? $"{unknown} undecided: a bound was reached"
            : "every property holds";
        page.Write(string.Create(CultureInfo.InvariantCulture, $"{Wording.Count(reports.Count, "model")}, {states:N0} states: {result}"));
    }

    private void WriteBroken(CheckReport report, PropertyResult property)
    {
        page.WriteLine();
        string clauses = property.Clauses.Count == 0 ? string.Empty : $" ({string.Join(", ", property.Clauses)})";
        string title = $"{report.Model}: {property.Name}{clauses}";
        if (property.Counterexample is { } counterexample)
        {
            services.Output.Write(ChartText.Draw(SequenceChart.Of(title, report.Participants, counterexample), Math.Max(services.Width, 100)));
        }
        else
        {
            page.Write($"{title}: never reached, so what depends on it says nothing");
        }
    }

    private static string Verdicts(CheckReport report)
    {
        int broken = Count(report, PropertyVerdict.Broken);
        int held = Count(report, PropertyVerdict.Holds);
        string text = broken > 0 ? $"{broken} BROKEN, {held} hold" : $"{held} hold";
        return report.Statistics.StoppedBy is { } bound ? $"{text}; stopped by {bound}" : text;
    }

    private static int Count(CheckReport report, PropertyVerdict verdict) => report.Properties.Count(property => property.Verdict == verdict);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(List<CheckReport>))]
[JsonSerializable(typeof(List<Conformance.Model.Connection.MatrixRow>))]
internal sealed partial class CheckReportContext : JsonSerializerContext;
