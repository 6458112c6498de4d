using Conformance.Model.Judging;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Deviations;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Pairs.Deviations;

/// <summary>What either end cannot do at one step of its way: it gives up in good order, and so does the other.</summary>
public static class FailureCases
{
    private static readonly string[] FrontSteps = ["F1", "F4", "F5.0", "F5.1", "F6", "F7", "F8", "F9", "F10", "F11", "F12"];

    private static readonly string[] EarlyBackSteps = ["B0", "B1", "B2", "B4", "B5"];

    private static readonly string[] LateBackSteps = ["B7", "B8.0", "B8.1", "B9.0", "B10.0", "B11", "B12"];

    /// <summary>A front that fails at any step of its attach says why, closes, holds nothing and does not hold up the boot; the back closes with it.</summary>
    [Case("BF-003", "XB-039", "XB-040", "BF-035", "XB-063", Guards = "Z-017, Z-264, Z-137")]
    public static async Task FrontThatFailsAtAnyStepGivesUpInGoodOrder(PairContext c)
    {
        await c.StartBackAsync();
        foreach (string step in FrontSteps)
        {
            c.Note($"the front fails at {step}");
            await c.UseNewGuestAsync();
            var disk = await c.AddDiskAsync();
            var front = await c.StartFrontAsync(EndStates.OneQueue, DeviationPlan.Single(step, DeviationKind.Fail));
            await EndStates.ExpectAsync(c, "XB-039", Blame.Front, disk, EndState.Closed);
            await ExpectErrorAsync(c, disk.FrontNode, Blame.Front);
            await c.ExpectNothingHeldAsync("BF-003", $"after a failure at {step}", wasUsed: false);
            PairContext.ExpectOf(Blame.Front, "XB-039", await front.WaitForBootAsync(), $"the boot to go on after a failure at {step}", "it is held up");
            await EndStates.RemoveAsync(c, disk);
        }
    }

    /// <summary>A back that fails before it offers anything says so to the tool stack as well; the front does not wait for it for ever.</summary>
    [Case("XB-041", "XB-039", "XB-040", "XB-044")]
    public static Task BackThatFailsBeforeItOffersAnythingTellsTheToolStack(PairContext c) => FailBackAsync(c, "XB-041", EarlyBackSteps);

    /// <summary>A back that fails while it connects gives up every page and port, says why, and closes; the front follows.</summary>
    [Case("BB-025", "BB-026", "BB-027", "XB-039", "BB-029", Guards = "Z-005, Z-237, Z-246, Z-236")]
    public static Task BackThatFailsWhileItConnectsGivesUpEverything(PairContext c) => FailBackAsync(c, "BB-025", LateBackSteps);

    /// <summary>What fails in a close is said once, and the close goes on to its end.</summary>
    [Case("XB-042", "BB-012", "XB-020")]
    public static async Task CloseGoesOnWhateverFailsInIt(PairContext c)
    {
        foreach (string step in (string[])["F20", "F22", "F23", "F24", "B20", "B21", "B22", "B23", "B24"])
        {
            c.Note($"{step} fails");
            bool isFront = step[0] == 'F';
            var plan = DeviationPlan.Single(step, DeviationKind.Fail);
            await c.UseNewGuestAsync();
            var back = await c.StartBackAsync(plan: isFront ? null : plan);
            var front = await c.StartFrontAsync(EndStates.OneQueue, isFront ? plan : null);
            var disk = await c.AddDiskAsync();
            await EndStates.ExpectServesAsync(c, "XB-042", front, disk);
            c.Expect("XB-042", await EndStates.RemoveAsync(c, disk), $"the close to go on when {step} fails", "the back did not close in time");
            await front.StopAsync();
            await back.StopAsync();
        }
    }

    private static async Task FailBackAsync(PairContext c, string clause, string[] steps)
    {
        foreach (string step in steps)
        {
            c.Note($"the back fails at {step}");
            await c.UseNewGuestAsync();
            var back = await c.StartBackAsync(plan: DeviationPlan.Single(step, DeviationKind.Fail));
            var disk = await c.AddPluggedDiskAsync();
            var front = await c.StartFrontAsync(EndStates.OneQueue);
            await EndStates.ExpectAsync(c, "XB-039", Blame.Back, disk, EndState.Closed, EndState.Awaited);
            c.Expect("XB-039", await c.ReadAsync($"{disk.BackNode}/state") == "6", $"the back Closed after a failure at {step}", $"{await c.ReadAsync($"{disk.BackNode}/state")}");
            await ExpectErrorAsync(c, disk.BackNode, Blame.Back);
            c.Expect("XB-041", await c.ReadAsync($"{disk.BackNode}/{BlockNodes.HotplugStatus}") == "error", "hotplug-status error", $"{await c.ReadAsync($"{disk.BackNode}/{BlockNodes.HotplugStatus}")}");
            c.Expect("XB-041", await c.ReadAsync($"{disk.BackNode}/online") == "0", "online 0", $"{await c.ReadAsync($"{disk.BackNode}/online")}");
            c.Expect("XB-041", await c.ReadAsync($"{disk.BackNode}/hotplug-error") is { Length: > 0 }, "hotplug-error with a text", "none");
            await c.ExpectNothingHeldAsync(clause, $"after a failure at {step}", wasUsed: false);
            PairContext.ExpectOf(Blame.Front, "XB-044", await front.WaitForBootAsync(), $"the boot to go on after a failure of the back at {step}", "it is held up");
            await EndStates.RemoveAsync(c, disk);
            await front.StopAsync();
            await back.StopAsync();
        }
    }

    /// <summary>The error node begins with a number that is not zero (XB-040, XB-063).</summary>
    private static async Task ExpectErrorAsync(PairContext c, string node, Blame end)
    {
        string? text = await EndStates.ErrorOfAsync(c, node);
        PairContext.ExpectOf(end, "XB-040", text is not null && text.Contains(' ', StringComparison.Ordinal), $"an error node for {node}: a number, a space and a text", text ?? "none");
        PairContext.ExpectOf(end, "XB-063", uint.TryParse(text!.Split(' ')[0], out uint number) && number > 0, "the real errno first", text);
    }
}
