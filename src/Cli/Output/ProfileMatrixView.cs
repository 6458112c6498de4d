using System.Globalization;
using Conformance.Suite.Reports;

namespace Conformance.Cli.Output;

/// <summary>Prints how dialects get on with each other: a table, and what each pair breaks.</summary>
internal sealed class ProfileMatrixView(CliServices services)
{
    public void Write(IReadOnlyList<Conformance.Model.Connection.MatrixRow> rows)
    {
        var page = new Page(services);
        string[] backs = [.. rows.Select(row => row.Back).Distinct()];
        services.Output.WriteLine(("front \\ back".PadRight(14) + string.Concat(backs.Select(back => back.PadRight(16)))).TrimEnd());
        foreach (var group in rows.GroupBy(row => row.Front))
        {
            services.Output.WriteLine((group.Key.PadRight(14) + string.Concat(group.Select(row => MatrixPage.Cell(row).PadRight(16)))).TrimEnd());
        }

        page.WriteLine();
        page.Write("safe: nothing bad ever happens; live: everything comes to its end, nobody is stuck. Numbers count the properties that are broken.");
        foreach (var row in rows.Where(row => row.Findings.Count > 0))
        {
            page.WriteLine();
            page.Write($"{row.Front} front with {row.Back} back", "bold");
            foreach (var finding in row.Shortest)
            {
                string clauses = finding.Clauses.Count == 0 ? string.Empty : $" ({string.Join(", ", finding.Clauses)})";
                page.Write(string.Create(CultureInfo.InvariantCulture, $"not so: {finding.Property}{clauses}; {finding.Theme}, {finding.Counterexample.Steps.Count - 1} steps"), indent: 4);
            }
        }

        page.WriteLine();
        page.Write(string.Create(CultureInfo.InvariantCulture, $"{Wording.Count(rows.Count, "pair")}, {rows.Sum(row => row.Distinct):N0} states; --out FILE writes the runs that show it"));
    }
}
