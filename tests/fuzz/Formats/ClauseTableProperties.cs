using Conformance.Model.Clauses;
using Conformance.Tests.Fuzz.Machinery;
using FsCheck;
using FsCheck.Fluent;

namespace Conformance.Tests.Fuzz.Formats;

/// <summary>The reader of clause tables: what was written is read, and what is broken is named with its place.</summary>
public class ClauseTableProperties
{
    private static readonly string[] Kinds = ["S", "F", "2010", "H", "D"];

    private static readonly string[] Checks = ["SI", "LV", "WA", "FZ", "DT"];

    private static readonly string[] Words = ["The", "store", "answers", "`ENOENT`", "(or", "not)", "4096", "**never**", "\u00e9", "a/b", "#", "-"];

    private static Arbitrary<Table> Tables { get; } = RandomInput.Of(
        12,
        (random, length) => new Table([.. Enumerable.Range(1, length).Select(number => Row(random, number))]),
        table => RandomInput.Without(table.Rows).Select(rows => new Table(rows)));

    private static Arbitrary<Damaged> DamagedTables { get; } = RandomInput.Of(
        20,
        (random, length) => new Damaged(Damage(random, Render(new Table([.. Enumerable.Range(1, 5).Select(number => Row(random, number))])), length)),
        damaged => RandomInput.Without(damaged.Text.Split('\n')).Select(lines => new Damaged(string.Join('\n', lines))));

    [Fuzz(500)]
    public Property Table_IsReadAsItWasWritten() => Prop.ForAll(
        Tables, table => RandomInput.Check(() => ClauseTable.Parse("XS.md", Render(table)).SequenceEqual(table.Rows) ? null : "other clauses were read"));

    [Fuzz(2000)]
    public Property DamagedTable_IsRead_OrRefusedWithItsPlace() => Prop.ForAll(
        DamagedTables, damaged => RandomInput.Check(() => FindWrong(damaged.Text)));

    private static string? FindWrong(string text)
    {
        try
        {
            foreach (var clause in ClauseTable.Parse("XS.md", text))
            {
                if (clause.Kinds == ClauseKinds.None || clause.Checks == CheckKinds.None || clause.Id.Family is null)
                {
                    return $"a clause without kind, check or id was read: {clause}";
                }
            }

            return null;
        }
        catch (FormatException refusal)
        {
            string[] place = refusal.Message.Split(':', 3);
            return place.Length == 3 && place[0] == "XS.md" && int.TryParse(place[1], out int line) && line >= 1
                && text.Split('\n').ElementAtOrDefault(line - 1)?.StartsWith("| ", StringComparison.Ordinal) == true && !refusal.Message.Contains('\n')
                ? null
                : $"the refusal names no row: {refusal.Message}";
        }
    }

    private static Clause Row(Random random, int number)
    {
        int kinds = random.Next(1, 1 << Kinds.Length);
        int checks = random.Next(1, 1 << Checks.Length);
        string note = string.Join(", ", Checks.Where((_, i) => (checks & (1 << i)) != 0).Select(word => random.Next(3) == 0 ? word + " (a hint, SI)" : word));
        return new Clause(
            new ClauseId(random.Pick("XS", "GT", "ZZ"), number), "Section", Text(random), (ClauseKinds)kinds, Text(random), (CheckKinds)checks, note, (Severity)random.Next(4));
    }

    private static string Render(Table table) => "# Title\n\n## Section\n\n| ID | Requirement | Kind | Source | Check | Sev |\n|---|---|---|---|---|---|\n"
        + string.Concat(table.Rows.Select(row =>
            $"| {row.Id} | {row.Statement} | {string.Join('/', Kinds.Where((_, i) => ((int)row.Kinds & (1 << i)) != 0))} | {row.Source} | {row.CheckNote} | {"CHML"[(int)row.Severity]} |\n"));

    private static string Damage(Random random, string text, int times)
    {
        for (; times > 0 && text.Length > 0; times--)
        {
            int at = random.Next(text.Length);
            text = random.Next(4) switch
            {
                0 => text.Remove(at, 1),
                1 => text.Insert(at, random.Pick("|", " | ", "\n", "\r", "(", ")", "0", "X", ",", "/", "\u0000", "\ud800", "## ", "| ")),
                2 => text.Remove(at, Math.Min(text.Length - at, random.Next(30))),
                _ => text.Insert(at, text.Substring(at, Math.Min(text.Length - at, random.Next(30)))),
            };
        }

        return text;
    }

    private static string Text(Random random) => string.Join(' ', Enumerable.Range(0, random.Next(1, 8)).Select(_ => random.Pick(Words)));

    private sealed record Table(IReadOnlyList<Clause> Rows)
    {
        public override string ToString() => Render(this);
    }

    private sealed record Damaged(string Text);
}
