namespace Conformance.Tests.Fuzz.Machinery;

public class FuzzVariableTests
{
    [Fact]
    public void Factor_IsAWholeNumberAboveZero() => Assert.True(
        FuzzAttribute.StatedFactor is not null,
        $"expected {FuzzAttribute.FactorVariable} to be a whole number above 0, got '{Environment.GetEnvironmentVariable(FuzzAttribute.FactorVariable)}'");

    [Fact]
    public void Seed_IsNewOrANumberAndAnOddNumber() => Assert.True(
        FuzzAttribute.StatedSeed is not null,
        $"expected {FuzzAttribute.SeedVariable} to be '{FuzzAttribute.NewSeed}' or 'seed,gamma' with an odd gamma, got '{Environment.GetEnvironmentVariable(FuzzAttribute.SeedVariable)}'");
}
