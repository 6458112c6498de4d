using Conformance.Model.Checking;
using Conformance.Model.Ring;
using Xunit.Abstractions;

namespace Conformance.Tests.Model.Ring;

public sealed class RingModelTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. RingModels.All(ModelBounds.Default).Select(model => model.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    [Trait("Clause", "RG-020")]
    public void EveryRing_KeepsItsProperties(string name)
    {
        var report = RingModels.All(ModelBounds.Default).Single(model => model.Name == name).Check(new CheckOptions());

        output.WriteLine($"{name} {report.Statistics}");
        Assert.Empty(report.Properties.Where(property => property.Verdict != PropertyVerdict.Holds).Select(property => property.Name));
        Assert.True(report.Holds);
    }

    [Fact]
    public void TheSameRing_HasMoreStates_UnderAWeakerMemoryModel()
    {
        long[] distinct =
        [
            .. Enum.GetValues<MemoryModel>().Select(memory =>
                RingChecks.Check(new RingShape { Memory = memory, Requests = 2 }).Statistics.Distinct),
        ];

        Assert.True(distinct[0] < distinct[1] && distinct[1] < distinct[2], string.Join(" ", distinct));
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(2, 0)]
    [InlineData(2, 8)]
    public void AShapeThatDoesNotFit_IsRefused(int entries, int requests)
    {
        var shape = new RingShape { Entries = entries, Requests = requests };

        Assert.Throws<ArgumentException>(() => new RingModel("odd", shape));
    }
}
