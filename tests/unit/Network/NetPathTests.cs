using Conformance.Model.Trace;
using Conformance.Reference.Deviations;

namespace Conformance.Tests.Unit.Network;

/// <summary>The way of a network pair through a connection, as it is written down, and what leaves it.</summary>
public sealed class NetPathTests
{
    private static readonly string[] FrontSteps = ["F0", "F1", "F3", "F5", "F6", "F7", "F8", "F11"];
    private static readonly string[] BackSteps = ["B0", "B1", "B2", "B5", "B7", "B8", "B9", "B10", "B12"];

    public static TheoryData<string, DeviationKind> Deviations()
    {
        var data = new TheoryData<string, DeviationKind>();
        foreach (string step in (string[])[.. FrontSteps, .. BackSteps])
        {
            foreach (var kind in (DeviationKind[])[DeviationKind.Skip, DeviationKind.Fail, DeviationKind.Repeat, DeviationKind.Delay])
            {
                data.Add(step, kind);
            }
        }

        return data;
    }

    [Fact]
    public void AConnection_WritesEachStepOfBothEnds_InOrder()
    {
        var steps = new Steps();
        NetWorld.RunTraced(steps, DeviationPlan.None, async world =>
        {
            var guest = await world.AddConnectedAsync();
            Assert.True(await world.Tools.RemoveAsync(guest.Request));
            await world.SettleAsync();
        });
        Assert.Equal(FrontSteps, steps.Of("netfront").Where(FrontSteps.Contains).Distinct());
        Assert.Equal(BackSteps, steps.Of("netback").Where(BackSteps.Contains).Distinct());
        Assert.Subset(steps.Of("netfront").ToHashSet(), new HashSet<string> { "F20", "F23", "F24" });
        Assert.Subset(steps.Of("netback").ToHashSet(), new HashSet<string> { "B20", "B23" });
    }

    [Theory]
    [MemberData(nameof(Deviations))]
    [Trait("Clause", "XB-039")]
    [Trait("Clause", "XB-058")]
    public void OneThatLeavesItsPath_HoldsNothingInTheEnd_AndHarmsNobody(string step, DeviationKind kind)
    {
        var plan = kind == DeviationKind.Delay ? DeviationPlan.Late(step, TimeSpan.FromSeconds(3)) : DeviationPlan.Single(step, kind);
        bool isFront = step[0] == 'F';
        var steps = new Steps();
        NetWorld.RunTraced(steps, isFront ? DeviationPlan.None : plan, async world =>
        {
            var guest = await world.AddGuestAsync(plan: isFront ? plan : null);
            await world.Tools.AddAsync(guest.Request);
            await world.SettleAsync();
            await world.Tools.ForceAsync(guest.Request);
            await world.SettleAsync();
            Assert.Equal(0, world.World.Control.Machine.Grants.MappingCount);
            if (isFront)
            {
                // Every device of a back has its plan, so only here there is one to connect to.
                await world.AddConnectedAsync();
            }
        });
        Assert.Contains(step, steps.Of(isFront ? "netfront" : "netback"));
        Assert.True(kind != DeviationKind.Skip || steps.Skipped.Contains(step), $"expected {step} to be skipped");
    }

    private sealed class Steps : ITraceSink
    {
        private readonly List<(string Actor, string Step)> _steps = [];

        public HashSet<string> Skipped { get; } = [];

        public void Record(string actor, int generation, string step, string subject, string result, params ReadOnlySpan<KeyValuePair<string, string>> arguments)
        {
            _steps.Add((actor, step));
            if (result == "skipped")
            {
                Skipped.Add(step);
            }
        }

        public IEnumerable<string> Of(string driver) =>
            _steps.Where(step => step.Actor.Contains($"/{driver} ", StringComparison.Ordinal)).Select(step => step.Step);
    }
}
