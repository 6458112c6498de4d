using Conformance.Model.Checking;

namespace Conformance.Model.Pictures;

/// <summary>One row of a sequence chart.</summary>
/// <param name="Participant">Who does it: the column.</param>
/// <param name="Code">The step's code in the trace; empty if it has none.</param>
/// <param name="Text">What is done.</param>
/// <param name="Towards">Another column, if an arrow goes there; otherwise null.</param>
/// <param name="Beside">What the participants share after it, to stand at the right of the row; null for nothing.</param>
public sealed record ChartRow(string Participant, string Code, string Text, string? Towards = null, string? Beside = null);

/// <summary>
/// A run as a picture: a column a participant, a row a step, from top to bottom. <see cref="ChartText"/>,
/// <see cref="ChartMermaid"/> and <see cref="ChartSvg"/> draw it.
/// </summary>
/// <param name="Title">One line above it.</param>
/// <param name="Participants">The columns, from left to right; every row names one of them.</param>
/// <param name="Rows">The steps.</param>
/// <param name="LoopsTo">The row to which the run returns after the last one, for ever; null if it ends.</param>
/// <param name="Ending">What there is to say of the end, such as the shared state in it, by name and value; empty if it is not told.</param>
public sealed record SequenceChart(
    string Title,
    IReadOnlyList<string> Participants,
    IReadOnlyList<ChartRow> Rows,
    int? LoopsTo,
    IReadOnlyList<KeyValuePair<string, string>> Ending)
{
    /// <summary>A counterexample as a chart.</summary>
    /// <param name="title">What it breaks.</param>
    /// <param name="participants">The model's participants.</param>
    /// <param name="counterexample">The run.</param>
    public static SequenceChart Of(string title, IReadOnlyList<string> participants, Counterexample counterexample)
    {
        ArgumentNullException.ThrowIfNull(participants);
        ArgumentNullException.ThrowIfNull(counterexample);
        var rows = counterexample.Steps
            .Where(step => step.Step is not null)
            .Select(step => new ChartRow(step.Step!.Participant, step.Step.Code, step.Step.Text, step.Step.Towards))
            .ToList();
        var used = participants.Where(name => rows.Exists(row => row.Participant == name || row.Towards == name)).ToList();

        // The path has the initial state before its first step; a loop returns to a state, a chart to the row after it.
        return new SequenceChart(title, used.Count == 0 ? participants : used, rows, counterexample.LoopsTo, counterexample.Steps[^1].State);
    }

    /// <summary>The column of a participant.</summary>
    /// <exception cref="ArgumentException">It has none.</exception>
    internal int ColumnOf(string participant)
    {
        for (int i = 0; i < Participants.Count; i++)
        {
            if (Participants[i] == participant)
            {
                return i;
            }
        }

        throw new ArgumentException($"expected one of {string.Join(", ", Participants)} as the participant of a row, got '{participant}'");
    }
}
