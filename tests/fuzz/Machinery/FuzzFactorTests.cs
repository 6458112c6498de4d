namespace Conformance.Tests.Fuzz.Machinery;

public class FuzzFactorTests
{
    [Fact]
    public void Factor_IsAWholeNumberAboveZero() => Assert.True(
        FuzzAttribute.Stated is not null,
        $"expected {FuzzAttribute.Variable} to be a whole number above 0, got '{Environment.GetEnvironmentVariable(FuzzAttribute.Variable)}'");
}
