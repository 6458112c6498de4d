using Conformance.Model.Checking;

namespace Conformance.Tests.Model.Checking.Published;

/// <summary>The counts that TLC is published to find are found here as well.</summary>
public sealed class PublishedCountsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void TwoPhase_WithThreeManagers_HasThePublishedCounts(int threads)
    {
        CheckReport report = new Checker<ulong>(new TwoPhase(3)).Check(new() { Threads = threads });

        Assert.Equal((288, 1146, 11), (report.Statistics.Distinct, report.Statistics.Generated, report.Statistics.Depth));
        Assert.True(report.Holds);
    }
}
