using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Conformance.Exploration.Engine;
using Conformance.Model.Judging;

namespace Conformance.Exploration.Schedules;

/// <summary>
/// A schedule on disk: JSON with the name of the experiment, the bounds it was found with, what failed, and the turns, each with
/// the fiber, how many steps it takes and what was chosen during them.
/// </summary>
/// <param name="Experiment">The name of the experiment.</param>
/// <param name="Turns">The order.</param>
/// <param name="Bounds">The bounds of the exploration that found it; null when none did.</param>
/// <param name="Kind">In which way it fails; null when it does not.</param>
/// <param name="Rule">The clause or rule that it breaks.</param>
/// <param name="Message">What was expected and what came.</param>
public sealed record ScheduleFile(
    string Experiment,
    IReadOnlyList<Turn> Turns,
    Bounds? Bounds = null,
    FailureKind? Kind = null,
    string? Rule = null,
    string? Message = null)
{
    /// <summary>The number of the format, in case it changes.</summary>
    public const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions s_options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Who broke it; null where that cannot be told.</summary>
    public Blame? Blame { get; init; }

    /// <summary>Whether the connection model judged the run that failed; null where nothing is said of it.</summary>
    public bool? Judged { get; init; }

    /// <summary>The format it is written in.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>A file about a failure.</summary>
    public static ScheduleFile Of(Failure failure, Bounds? bounds = null)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return new ScheduleFile(failure.Schedule.Experiment, failure.Schedule.Turns, bounds, failure.Kind, failure.Rule, failure.Message) { Blame = failure.Blame };
    }

    /// <summary>Reads one.</summary>
    /// <exception cref="FormatException">It is none, of another format, or has a turn that nobody can follow.</exception>
    public static ScheduleFile Parse(string text)
    {
        ScheduleFile? file;
        try
        {
            file = JsonSerializer.Deserialize<ScheduleFile>(text, s_options);
        }
        catch (JsonException exception)
        {
            throw new FormatException($"expected a schedule file, got text that is none: {exception.Message}; write one with explore", exception);
        }

        return file switch
        {
            { Format: not CurrentFormat } => throw new FormatException($"expected a schedule file of format {CurrentFormat}, got format {file.Format}; explore again"),
            { Experiment: not null, Turns: not null } => WithSoundTurns(file),
            _ => throw new FormatException("expected a schedule file, got one without experiment or turns; write one with explore"),
        };
    }

    private static ScheduleFile WithSoundTurns(ScheduleFile file)
    {
        for (int i = 0; i < file.Turns.Count; i++)
        {
            if (FindFault(file.Turns[i], isFirst: i == 0) is var (expected, found))
            {
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"expected {expected} in turn {i + 1} of a schedule file, got {found}; mend it, or write the file anew with explore"));
            }
        }

        return file;
    }

    /// <summary>Why a turn cannot be followed; null when it can. Only the first may be of no fiber: the choices of the building.</summary>
    private static (string Expected, string Found)? FindFault(Turn? turn, bool isFirst) => turn switch
    {
        null => ("a fiber, steps and outcomes", "null"),
        { Fiber: null } => ("the name of a fiber", "none"),
        { Fiber.Length: 0 } when !isFirst => ("the name of a fiber", "an empty one, which only the first turn may have"),
        { Steps: < 1 } => ("steps from 1", turn.Steps.ToString(CultureInfo.InvariantCulture)),
        { Outcomes: null } => ("outcomes, or [] for the plain way", "none"),
        _ when turn.Outcomes.Any(static way => way < 0) => ("outcomes from 0", turn.Outcomes.First(static way => way < 0).ToString(CultureInfo.InvariantCulture)),
        _ => null,
    };

    /// <summary>The order.</summary>
    public Schedule ToSchedule() => new(Experiment, Turns);

    /// <summary>The text of the file.</summary>
    public string Write() => JsonSerializer.Serialize(this, s_options);
}
