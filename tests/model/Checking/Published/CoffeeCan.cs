using Conformance.Model.Checking;

namespace Conformance.Tests.Model.Checking.Published;

/// <summary>
/// The coffee can problem of Scholten and Dijkstra (CoffeeCan of the published examples): two beans are taken out, a black one
/// is put in for two of a colour, the white one for two colours. The last bean is white exactly if the white ones were odd.
/// </summary>
internal sealed class CoffeeCan(uint most) : TransitionSystem<CoffeeCan.Beans>
{
    public override string Name => "coffee-can";

    public override IReadOnlyList<string> Participants { get; } = ["hand"];

    public override PropertySet<Beans> Properties => new()
    {
        Invariants = [new("the beans are counted", [], (in state) => state.Black <= most && state.White <= most)],
        Rules =
        [
            new("every step takes a bean out", [], (in before, step, in after) => step.Code == 3 || after.Black + after.White < before.Black + before.White),
            new("white stays even or odd", [], (in before, step, in after) => before.White % 2 == after.White % 2),
        ],
        Liveness =
        [
            new("one bean is left", [], (in state) => true, (in state) => state.Black + state.White == 1),
            new("even white beans end with a black one", [], (in state) => state.White % 2 == 0, (in state) => state == new Beans(1, 0)),
            new("odd white beans end with a white one", [], (in state) => state.White % 2 == 1, (in state) => state == new Beans(0, 1)),
        ],
    };

    public override void AddInitial(ICollection<Beans> into)
    {
        for (uint black = 0; black <= most; black++)
        {
            for (uint white = 0; white <= most - black; white++)
            {
                if (black + white > 0)
                {
                    into.Add(new(black, white));
                }
            }
        }
    }

    public override void AddSteps(in Beans state, TransitionBuffer<Beans> into)
    {
        if (state.White >= 2)
        {
            into.Add(new(0, 0), new(state.Black + 1, state.White - 2));
        }

        if (state.Black >= 2)
        {
            into.Add(new(0, 1), state with { Black = state.Black - 1 });
        }

        if (state.Black >= 1 && state.White >= 1)
        {
            into.Add(new(0, 2), state with { Black = state.Black - 1 });
        }

        if (state.Black + state.White == 1)
        {
            into.Add(new(0, 3), state);
        }
    }

    public override bool IsEnd(in Beans state) => false;

    public override StepText Describe(in Beans before, StepId step, in Beans after) => new("hand", "", $"{step.Code}");

    public override IReadOnlyList<KeyValuePair<string, string>> Describe(in Beans state) => [new("black", $"{state.Black}"), new("white", $"{state.White}")];

    internal record struct Beans(uint Black, uint White);
}
