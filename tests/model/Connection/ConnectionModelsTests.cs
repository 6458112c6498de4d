using Conformance.Model.Checking;
using Conformance.Model.Connection;

namespace Conformance.Tests.Model.Connection;

public sealed class ConnectionModelsTests
{
    public static TheoryData<string> Names => [.. ConnectionModels.All(ModelBounds.Default).Select(model => model.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    [Trait("Clause", "XB-008")]
    [Trait("Clause", "XB-009")]
    public void TheReferenceDialect_KeepsEveryProperty(string name)
    {
        var report = ConnectionModels.All(ModelBounds.Default).Single(model => model.Name == name).Check(new CheckOptions());

        Assert.True(report.Holds, string.Join("; ", report.Properties.Where(property => property.Verdict != PropertyVerdict.Holds).Select(property => $"{property.Name}: {property.Verdict}")));
    }

    [Fact]
    public void EveryThemeOfTheMatrix_IsAModelOfItsOwn() =>
        Assert.All(ConnectionMatrix.Themes, theme => Assert.Contains($"connection/{theme}", Names));
}
