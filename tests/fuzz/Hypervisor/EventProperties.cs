using Conformance.Tests.Fuzz.Machinery;
using FsCheck;
using FsCheck.Fluent;

namespace Conformance.Tests.Fuzz.Hypervisor;

/// <summary>Event channels against the plainest statement of who is connected to whom and what is pending.</summary>
public class EventProperties
{
    private static Arbitrary<IReadOnlyList<EventAction>> Scripts { get; } = RandomInput.Of<IReadOnlyList<EventAction>>(
        150,
        (random, length) => [.. Enumerable.Range(0, length).Select(_ => new EventAction(
            (EventActionKind)random.Next(Enum.GetValues<EventActionKind>().Length), random.Next(2), random.Next(2), (uint)random.Next(7)))],
        RandomInput.Without);

    [Fuzz(400)]
    [Trait("Clause", "EV-003")]
    [Trait("Clause", "EV-005")]
    [Trait("Clause", "EV-007")]
    [Trait("Clause", "EV-010")]
    [Trait("Clause", "EV-011")]
    [Trait("Clause", "EV-019")]
    public Property TwoLevelChannels_DoWhatTheModelSays() => Prop.ForAll(
        Scripts, script => RandomInput.Check(() => new EventRun(isFifo: false).Play(script)));

    [Fuzz(400)]
    [Trait("Clause", "EV-003")]
    [Trait("Clause", "EV-005")]
    [Trait("Clause", "EV-007")]
    [Trait("Clause", "EV-010")]
    [Trait("Clause", "EV-011")]
    [Trait("Clause", "EV-028")]
    public Property FifoChannels_DoWhatTheModelSays() => Prop.ForAll(
        Scripts, script => RandomInput.Check(() => new EventRun(isFifo: true).Play(script)));
}
