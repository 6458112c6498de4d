using Conformance.Model.Checking;
using Conformance.Model.Connection;

namespace Conformance.Tests.Real.Spin;

/// <summary>SPIN, which shares nothing with this project, finds as many states and steps in the attach as the checker does.</summary>
public sealed class AttachCoreTests
{
    [SkippableTheory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [Trait("Clause", "XB-010")]
    public void OneDevice_HasTheSameStatesAndSteps(bool isLate, bool holdsBoot)
    {
        Skip.If(SpinModel.Missing.Length > 0, SpinModel.Missing);
        using var spin = new SpinModel([.. isLate ? ["LATE"] : Array.Empty<string>(), .. holdsBoot ? ["BOOTHOLD"] : Array.Empty<string>()]);
        var bounds = new ConnectionBounds { MediumAtOnce = !isLate, Failures = 1, BootHold = holdsBoot };

        SpinResult theirs = spin.Search();
        CheckStatistics ours = new Checker<ConnectionState>(new ConnectionSystem("attach-core", bounds)).Check(new() { ChecksLiveness = false }).Statistics;

        Assert.True(ours.Distinct > 3000);
        Assert.Equal((theirs.Stored, theirs.Transitions), (ours.Distinct, ours.Generated));
    }

    [SkippableFact]
    public void TwoDevices_HaveTheSameStatesAndSteps()
    {
        Skip.If(SpinModel.Missing.Length > 0, SpinModel.Missing);
        using var spin = new SpinModel("DEVICES=2", "NOFAILURES", "LATE");
        var system = new ConnectionSystem("attach-core", new ConnectionBounds { MediumAtOnce = false });

        SpinResult theirs = spin.Search();
        CheckStatistics ours = new Checker<Pair<ConnectionState>>(new PairSystem<ConnectionState>(system)).Check(new() { ChecksLiveness = false }).Statistics;

        Assert.True(ours.Distinct > 100_000);
        Assert.Equal((theirs.Stored, theirs.Transitions), (ours.Distinct, ours.Generated));
    }
}
