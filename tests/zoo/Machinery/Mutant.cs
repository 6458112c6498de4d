using Conformance.Model.Clauses;

namespace Conformance.Tests.Zoo.Machinery;

/// <summary>
/// A defect as a small unified diff against the reference source. Above the diff stand the lines <c>title:</c>,
/// <c>family:</c>, <c>kills:</c> (clauses, at least one of which must fail), <c>blame:</c>, and optionally
/// <c>defect:</c> (the historical defects it re-creates) and <c>cases:</c> (patterns of case ids, when those of the clauses
/// are many and slow to fail). What no case can bring about has, instead of cases, the line <c>test:</c> (the test of
/// tests/unit that fails) or <c>scenario:</c> (the scenario of the explorer that fails).
/// </summary>
/// <param name="Group">The folder that it lies in, such as <c>back</c>.</param>
/// <param name="Name">Such as <c>Z-040-unreadable-events</c>.</param>
/// <param name="Title">The defect in a sentence.</param>
/// <param name="Family">What the defect is about.</param>
/// <param name="Kills">Clauses, at least one of which must fail.</param>
/// <param name="Blame">Who must be blamed, as in <c>report.json</c>.</param>
/// <param name="Defect">Historical defects, or null.</param>
/// <param name="Cases">Patterns of case ids that are enough; empty for all cases of the clauses.</param>
/// <param name="Test">The unit test that kills it, below the namespace of tests/unit, such as <c>Store.DaemonTurnTests.Ring_…</c>; null when none need.</param>
/// <param name="Scenario">The scenario that kills it, such as <c>I-44r</c>; null when none need.</param>
/// <param name="Patches">The change.</param>
public sealed record Mutant(
    string Group,
    string Name,
    string Title,
    string Family,
    IReadOnlyList<ClauseId> Kills,
    string Blame,
    string? Defect,
    IReadOnlyList<string> Cases,
    string? Test,
    string? Scenario,
    IReadOnlyList<FilePatch> Patches)
{
    private const string Prefix = "mutants/";
    private const string RacesPrefix = "races/";

    private static readonly char[] Separators = [' ', ','];

    private static readonly Lazy<IReadOnlyList<Mutant>> Everything = new(() =>
        [.. Resources.Names(Prefix).Select(name => Parse(Path.GetDirectoryName(name[Prefix.Length..])!, Path.GetFileNameWithoutExtension(name), Resources.Read(name)))]);

    /// <summary>Races put in by hand, which only some orders show; the explorer is asked about them, not the suite.</summary>
    public static IReadOnlyList<Mutant> Races =>
        [.. Resources.Names(RacesPrefix).Select(name => Parse("races", Path.GetFileNameWithoutExtension(name), Resources.Read(name)))];

    /// <summary>All that must be killed.</summary>
    public static IReadOnlyList<Mutant> All => Everything.Value;

    /// <summary>The mutant of that name.</summary>
    public static Mutant Find(string name) => Everything.Value.Concat(Races).Single(mutant => mutant.Name == name);

    /// <summary>Reads one diff with its header.</summary>
    /// <exception cref="FormatException">A line of the header is missing, or no diff follows.</exception>
    public static Mutant Parse(string group, string name, string text)
    {
        var lines = text.Split('\n');
        int body = Array.FindIndex(lines, line => line.StartsWith("--- ", StringComparison.Ordinal));
        if (body < 0)
        {
            throw new FormatException($"{name}: expected a unified diff, found no line that starts with '--- '");
        }

        var header = lines[..body]
            .Select(line => line.Split(':', 2))
            .Where(parts => parts.Length == 2)
            .ToDictionary(parts => parts[0].Trim(), parts => parts[1].Trim(), StringComparer.Ordinal);
        return new Mutant(
            group,
            name,
            Required("title"),
            Required("family"),
            [.. Words(Required("kills")).Select(ClauseId.Parse)],
            Required("blame"),
            header.GetValueOrDefault("defect"),
            Words(header.GetValueOrDefault("cases", "")),
            header.GetValueOrDefault("test"),
            header.GetValueOrDefault("scenario"),
            FilePatch.ParseAll(name, lines[body..]));

        string Required(string key) => header.TryGetValue(key, out string? value)
            ? value
            : throw new FormatException($"{name}: expected a line '{key}: …' above the diff, found none");
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static string[] Words(string text) =>
        text.Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
