using Conformance.Model.Protocol;

namespace Conformance.Reference.Deviations;

/// <summary>What a participant does instead at one step of its path.</summary>
public enum DeviationKind
{
    /// <summary>Leaves the step out.</summary>
    Skip,

    /// <summary>Fails there, as if what it needs could not be had.</summary>
    Fail,

    /// <summary>Takes the step twice.</summary>
    Repeat,

    /// <summary>Lets time pass before the step.</summary>
    Delay,

    /// <summary>Dies before the step, with its whole domain.</summary>
    Die,
}

/// <summary>One way to leave the path.</summary>
/// <param name="Step">The code of the step, such as <c>F5.0</c> or <c>B12</c> (docs: connection steps).</param>
/// <param name="Kind">What to do instead.</param>
/// <param name="Occurrence">At which time of taking that step, from 1; 0 for every time.</param>
/// <param name="Error">The cause that a <see cref="DeviationKind.Fail"/> gives.</param>
/// <param name="Time">How long a <see cref="DeviationKind.Delay"/> takes.</param>
public sealed record Deviation(string Step, DeviationKind Kind, int Occurrence = 1, Errno Error = Errno.EIO, TimeSpan Time = default);

/// <summary>Where a participant leaves its path. Without deviations it never does.</summary>
/// <param name="Deviations">At most one a step and time is taken: the first that fits.</param>
public sealed record DeviationPlan(IReadOnlyList<Deviation> Deviations)
{
    /// <summary>Keeps to the path.</summary>
    public static readonly DeviationPlan None = new([]);

    /// <summary>Leaves the path at one place, other than by a delay, which needs its time.</summary>
    public static DeviationPlan Single(string step, DeviationKind kind, int occurrence = 1) => kind != DeviationKind.Delay
        ? new([new Deviation(step, kind, occurrence)])
        : throw new ArgumentException("expected a deviation without a time, got a delay; name the time with Late", nameof(kind));

    /// <summary>Is late at one place.</summary>
    public static DeviationPlan Late(string step, TimeSpan time, int occurrence = 1) =>
        new([new Deviation(step, DeviationKind.Delay, occurrence, Time: time)]);
}
