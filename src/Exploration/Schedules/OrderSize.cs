namespace Conformance.Exploration.Schedules;

/// <summary>How long and how crooked an order is.</summary>
/// <param name="Steps">How many steps it has.</param>
/// <param name="Switches">How often it goes from one fiber to another.</param>
/// <param name="Deviations">How often something goes another than the plain way.</param>
public sealed record OrderSize(int Steps, int Switches, int Deviations)
{
    /// <summary>The size of that order.</summary>
    public static OrderSize Of(Schedule schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return new(schedule.Steps, schedule.Switches, schedule.Deviations);
    }
}
