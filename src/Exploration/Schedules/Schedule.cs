namespace Conformance.Exploration.Schedules;

/// <summary>A row of steps of one fiber, taken one after the other.</summary>
/// <param name="Fiber">Whose (<see cref="Reference.Fibers.Fiber.Identity"/>); empty for the choices of the building itself.</param>
/// <param name="Steps">How many; at most, where the fiber cannot go on so far.</param>
/// <param name="Outcomes">
/// What was chosen during those steps, in order (<see cref="Reference.Fibers.FiberDriver.Choose"/>); what is missing at the
/// end is 0, the plain way.
/// </param>
public sealed record Turn(string Fiber, int Steps, IReadOnlyList<int> Outcomes);

/// <summary>An order of steps: it gives the same run whenever it is followed. Where it ends, each fiber goes on as far as it can.</summary>
/// <param name="Experiment">What it is an order of.</param>
/// <param name="Turns">The steps.</param>
public sealed record Schedule(string Experiment, IReadOnlyList<Turn> Turns)
{
    /// <summary>How many steps it has.</summary>
    public int Steps => Turns.Sum(static turn => turn.Fiber.Length == 0 ? 0 : turn.Steps);

    /// <summary>How often it goes from one fiber to another.</summary>
    public int Switches => Math.Max(0, Turns.Count(static turn => turn.Fiber.Length > 0) - 1);

    /// <summary>How often something goes another than the plain way.</summary>
    public int Deviations => Turns.Sum(static turn => turn.Outcomes.Count(static outcome => outcome != 0));
}
