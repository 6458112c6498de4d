using Conformance.Reference.Deviations;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Pairs.Deviations;

/// <summary>An end that is late at a step, takes it twice, or leaves it out: the other must cope, whatever comes of it.</summary>
public static class OddityCases
{
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(20);

    private static readonly string[] FrontAttach = ["F1", "F3", "F4", "F5.0", "F5.1", "F6", "F7", "F8", "F9", "F10", "F11", "F12"];

    private static readonly string[] FrontClose = ["F20", "F21", "F22", "F23", "F24"];

    private static readonly string[] BackAttach = ["B1", "B2", "B4", "B5", "B7", "B8.0", "B8.1", "B9.0", "B10.0", "B11", "B12"];

    private static readonly string[] BackClose = ["B20", "B21", "B22", "B23", "B24"];

    /// <summary>However late an end is at one step, the two connect and serve, and close in good order.</summary>
    [Case("XB-014", "XB-008", "XB-009", "XS-081")]
    public static async Task EndThatIsLateAtAnyStepIsWaitedFor(PairContext c)
    {
        foreach (string step in (string[])[.. FrontAttach, .. BackAttach, .. FrontClose, .. BackClose])
        {
            c.Note($"{step} comes late");
            await LifeAsync(c, step, new DeviationPlan([new Deviation(step, DeviationKind.Delay, Time: Late)]), mustServe: true);
        }
    }

    /// <summary>A front that takes a step twice leaves the back with one connection or none, and with nothing in the end.</summary>
    [Case("XB-015", "XB-016", "XS-082", Guards = "Z-163, Z-144")]
    public static async Task StepTakenTwiceByTheFrontIsHarmless(PairContext c)
    {
        foreach (string step in (string[])[.. FrontAttach, .. FrontClose])
        {
            c.Note($"{step} is taken twice");
            await LifeAsync(c, step, DeviationPlan.Single(step, DeviationKind.Repeat), mustServe: false);
        }
    }

    /// <summary>A back that takes a step twice leaves the front with one connection or none, and with nothing in the end.</summary>
    [Case("XB-015", "XS-082")]
    public static async Task StepTakenTwiceByTheBackIsHarmless(PairContext c)
    {
        foreach (string step in (string[])[.. BackAttach, .. BackClose])
        {
            c.Note($"{step} is taken twice");
            await LifeAsync(c, step, DeviationPlan.Single(step, DeviationKind.Repeat), mustServe: false);
        }
    }

    /// <summary>A front that leaves out any step of its attach costs the back nothing that the removal of the device does not give back.</summary>
    [Case("BB-029", "XB-033", "XB-032", Guards = "Z-147, Z-155")]
    public static async Task StepLeftOutByTheFrontCostsTheBackNothing(PairContext c)
    {
        foreach (string step in (string[])["F4", "F5.0", "F5.1", "F6", "F7", "F8", "F9", "F11", "F12", .. FrontClose])
        {
            c.Note($"{step} is left out");
            await LifeAsync(c, step, DeviationPlan.Single(step, DeviationKind.Skip), mustServe: false);
        }
    }

    /// <summary>A back that leaves out any step of its attach costs the front nothing that the removal of the device does not give back.</summary>
    [Case("XB-033", "BF-039", "XB-044")]
    public static async Task StepLeftOutByTheBackCostsTheFrontNothing(PairContext c)
    {
        foreach (string step in (string[])["B2", "B4", "B5", "B7", "B8.0", "B9.0", "B10.0", "B11", "B12", "B20", "B24"])
        {
            c.Note($"{step} is left out");
            await LifeAsync(c, step, DeviationPlan.Single(step, DeviationKind.Skip), mustServe: false);
        }
    }

    private static async Task LifeAsync(PairContext c, string step, DeviationPlan plan, bool mustServe)
    {
        bool isFront = step[0] == 'F';
        await c.UseNewGuestAsync();
        var back = await c.StartBackAsync(plan: isFront ? null : plan);
        var front = await c.StartFrontAsync(EndStates.OneQueue, isFront ? plan : null);
        var disk = await c.AddDiskAsync();
        await c.SettleAsync();
        if (mustServe)
        {
            await EndStates.ExpectServesAsync(c, "XB-014", front, disk);
        }

        await EndStates.RemoveAsync(c, disk);
        await front.StopAsync();
        await back.StopAsync();
    }
}
