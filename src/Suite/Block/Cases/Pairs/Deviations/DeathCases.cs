using Conformance.Model.Judging;
using Conformance.Reference.Deviations;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Pairs.Deviations;

/// <summary>The death of either domain at any step of its way.</summary>
public static class DeathCases
{
    private static readonly string[] FrontAttach = ["F1", "F4", "F5.0", "F5.1", "F6", "F7", "F8", "F9", "F10", "F11", "F12"];

    private static readonly string[] FrontClose = ["F20", "F21", "F22", "F23", "F24"];

    private static readonly string[] BackAttach = ["B0", "B1", "B2", "B4", "B5", "B7", "B8.0", "B8.1", "B9.0", "B10.0", "B11", "B12"];

    private static readonly string[] BackClose = ["B21", "B22", "B23"];

    /// <summary>A front's domain that dies at any step of its attach is reaped: the back lets go of everything without a word from it.</summary>
    [Case("XB-046", "XB-032", "GT-032", "BB-029", Guards = "Z-012, Z-147, Z-155")]
    public static Task FrontThatDiesWhileItAttachesIsReaped(PairContext c) => KillFrontsAsync(c, FrontAttach, closes: false);

    /// <summary>A front's domain that dies in the middle of a close is reaped as well.</summary>
    [Case("XB-046", "XB-032", "XB-019")]
    public static Task FrontThatDiesWhileItClosesIsReaped(PairContext c) => KillFrontsAsync(c, FrontClose, closes: true);

    /// <summary>A back's domain that dies at any step of its attach leaves the front with nothing held and its boot going on.</summary>
    [Case("XB-047", "XB-032", "XB-044", Guards = "Z-247, Z-235")]
    public static Task BackThatDiesWhileItAttachesLeavesTheFrontFree(PairContext c) => KillBacksAsync(c, BackAttach, closes: false);

    /// <summary>A back's domain that dies in the middle of a close leaves the front with nothing held.</summary>
    [Case("XB-047", "XB-032", "GT-033")]
    public static Task BackThatDiesWhileItClosesLeavesTheFrontFree(PairContext c) => KillBacksAsync(c, BackClose, closes: true);

    private static async Task KillFrontsAsync(PairContext c, string[] steps, bool closes)
    {
        await c.StartBackAsync();
        foreach (string step in steps)
        {
            c.Note($"the front's domain dies at {step}");
            await c.UseNewGuestAsync();
            var disk = await c.AddDiskAsync();
            var front = await c.StartFrontAsync(EndStates.OneQueue, DeviationPlan.Single(step, DeviationKind.Die));
            if (closes)
            {
                await EndStates.ExpectServesAsync(c, "XB-046", front, disk);
                await c.Tools.AskToCloseAsync(disk);
            }

            await EndStates.ExpectAsync(c, "XB-046", Blame.Back, disk, EndState.Closed, EndState.Awaited);
            c.Expect("XB-046", c.Guest.Machine.IsDestroyed, $"the domain to be dead at {step}", "it lives");
            c.Expect("GT-032", !c.Guest.Machine.IsZombie, "nothing of the dead domain in use", "it is a zombie");
            await c.ExpectNothingHeldAsync("XB-046", $"after the front's death at {step}");
            await EndStates.RemoveAsync(c, disk);
        }
    }

    private static async Task KillBacksAsync(PairContext c, string[] steps, bool closes)
    {
        foreach (string step in steps)
        {
            c.Note($"the back's domain dies at {step}");
            await c.UseDriverDomainAsync(new DomainOptions());
            await c.UseNewGuestAsync();
            await c.StartBackAsync(plan: DeviationPlan.Single(step, DeviationKind.Die));
            var front = await c.StartFrontAsync(EndStates.OneQueue);
            var disk = await c.AddDiskAsync();
            if (closes)
            {
                await EndStates.ExpectServesAsync(c, "XB-047", front, disk);
                await c.Tools.AskToCloseAsync(disk);
            }

            await EndStates.ExpectAsync(c, "XB-047", Blame.Front, disk, EndState.Closed, EndState.Awaited);
            c.Expect("XB-047", c.BackDomain.Machine.IsDestroyed, $"the domain to be dead at {step}", "it lives");
            await c.ExpectNothingHeldAsync("XB-047", $"after the back's death at {step}");
            await EndStates.RemoveAsync(c, disk);
            await front.StopAsync();
        }
    }
}
