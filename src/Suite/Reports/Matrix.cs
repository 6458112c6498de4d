namespace Conformance.Suite.Reports;

/// <summary>One clause in several reports.</summary>
/// <param name="Clause">The clause, as the first report that has it tells it.</param>
/// <param name="Cells">What each report says of it; null where it was not asked.</param>
public sealed record MatrixRow(ClauseReport Clause, IReadOnlyList<ClauseReport?> Cells);

/// <summary>Several reports side by side.</summary>
public sealed class Matrix
{
    /// <summary>Puts reports side by side, in their order.</summary>
    public Matrix(IReadOnlyList<RunReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        Reports = reports;
        var clauses = reports.Select(report => report.Clauses.ToDictionary(clause => clause.Id)).ToList();
        Rows =
        [
            .. clauses.SelectMany(report => report.Keys).Distinct().Order(StringComparer.Ordinal).Select(id =>
            {
                ClauseReport?[] cells = [.. clauses.Select(report => report.GetValueOrDefault(id))];
                return new MatrixRow(cells.First(cell => cell is not null)!, cells);
            }),
        ];
    }

    /// <summary>The reports.</summary>
    public IReadOnlyList<RunReport> Reports { get; }

    /// <summary>A row a clause that any report speaks of, in the order of the ids.</summary>
    public IReadOnlyList<MatrixRow> Rows { get; }

    /// <summary>What a cell says, in a word or two.</summary>
    public static string Word(ClauseReport? cell) => cell switch
    {
        null => "not asked",
        { Expected: true } => "known divergence",
        { Verdict: Wording.NotCovered } => "no case",
        _ => Wording.Spaced(cell.Verdict),
    };
}
