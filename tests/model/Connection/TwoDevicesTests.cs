using Conformance.Model.Checking;
using Conformance.Model.Connection;

namespace Conformance.Tests.Model.Connection;

/// <summary>Two devices of which one end shares a watch thread: what one does must not keep the other from anything.</summary>
public sealed class TwoDevicesTests
{
    private const string Close = "a close that was asked for completes, or is refused for users";

    private static readonly Dialect Blocking = Dialects.Reference with { Name = "reference, blocking", HandlersBlock = true };

    /// <summary>
    /// Without anybody who hangs, devices that share but a queue are independent: each has 535 states, or 626 where the queue is
    /// the backs', and all pairs of them are reached. One that hangs has 12 or 78 states then, while the other goes on. In a
    /// thread that handlers hold up, fewer states meet.
    /// </summary>
    [Theory]
    [InlineData(true, false, false, 535 * 535)]
    [InlineData(true, false, true, (535 * 535) + (2 * 12 * 535))]
    [InlineData(true, true, false, 75_819)]
    [InlineData(false, false, false, 626 * 626)]
    [InlineData(false, false, true, (626 * 626) + (2 * 78 * 626))]
    [InlineData(false, true, false, 52_615)]
    [Trait("Clause", "XB-061")]
    [Trait("Clause", "BB-024")]
    public void BothDevices_KeepEveryProperty_UnlessAHandlerThatHangsHoldsTheThread(bool isFronts, bool handlersBlock, bool mayHang, long states)
    {
        var report = Check(ConnectionModels.TwoDevices(ModelBounds.Default, EndOf(isFronts), handlersBlock ? Blocking : null, mayHang));

        Assert.True(report.Holds, string.Join("; ", Broken(report)));
        Assert.True(report.Statistics.IsExhaustive);
        Assert.Equal(states, report.Statistics.Distinct);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Clause", "XB-061")]
    [Trait("Clause", "XB-027")]
    public void AHandlerThatHangsInTheWatchThread_KeepsTheOtherDeviceFromClosing(bool isFronts)
    {
        var report = Check(ConnectionModels.TwoDevices(ModelBounds.Default, EndOf(isFronts), Blocking));

        // Nothing bad happens to anybody; the other device only waits, for ever.
        Assert.Equal([$"device 1: {Close}", $"device 2: {Close}"], Broken(report).Where(name => name.StartsWith("device", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        var run = report.Properties.Single(property => property.Name == $"device 2: {Close}").Counterexample!;
        string end = isFronts ? "front" : "back";
        Assert.Contains(run.Steps, step => step.Step?.Participant == $"{end} 1" && step.Step.Text == "waits for I/O that never ends");
        Assert.DoesNotContain(run.Steps, step => step.Step?.Participant == $"{end} 2" && step.Step.Code is "F22" or "B22");
    }

    /// <summary>A flag that all devices share (Z-003): the second that closes finds it set and takes the unmapping for done.</summary>
    [Fact]
    [Trait("Clause", "BB-024")]
    [Trait("Clause", "XB-020")]
    public void AFlagThatDevicesShare_BreaksWhatHoldsOfEach()
    {
        var report = Check(new SharedFlag(ConnectionModels.TwoDevices(ModelBounds.Default, SharedEnd.Backs)));

        Assert.Contains("device 2: S4 a back that says Closed holds nothing of the front", Broken(report));
    }

    private static SharedEnd EndOf(bool isFronts) => isFronts ? SharedEnd.Fronts : SharedEnd.Backs;

    private static CheckReport Check(TransitionSystem<TwoConnections> system) => new Checker<TwoConnections>(system).Check(new CheckOptions());

    private static IEnumerable<string> Broken(CheckReport report) =>
        report.Properties.Where(property => property.Verdict != PropertyVerdict.Holds).Select(property => property.Name);

    private sealed class SharedFlag(TwoDevicesSystem inner) : TransitionSystem<TwoConnections>
    {
        public override string Name => inner.Name;

        public override IReadOnlyList<string> Participants => inner.Participants;

        public override PropertySet<TwoConnections> Properties => inner.Properties;

        public override void AddInitial(ICollection<TwoConnections> into) => inner.AddInitial(into);

        public override void AddSteps(in TwoConnections state, TransitionBuffer<TwoConnections> into)
        {
            var steps = new TransitionBuffer<TwoConnections>();
            inner.AddSteps(in state, steps);
            foreach (var transition in steps.Transitions)
            {
                var after = transition.Next;
                if (state.Devices[1].BackPc == BackPc.Drain && after.Devices[1].BackPc == BackPc.Unmap && state.Devices[0].BackPc is BackPc.Drain or BackPc.Unmap)
                {
                    after.Devices[1].BackPc = BackPc.SayClosed;
                }

                into.Add(transition.Step, in after);
            }
        }

        public override bool IsEnd(in TwoConnections state) => inner.IsEnd(in state);

        public override bool IsOptional(StepId step) => inner.IsOptional(step);

        public override StepText Describe(in TwoConnections before, StepId step, in TwoConnections after) => inner.Describe(in before, step, in after);

        public override IReadOnlyList<KeyValuePair<string, string>> Describe(in TwoConnections state) => inner.Describe(in state);
    }
}
