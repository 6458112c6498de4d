using Conformance.Tests.Zoo.Machinery;
using Xunit;

namespace Conformance.Tests.Zoo;

/// <summary>Each known defect of a store, put into the reference, is found by the suite, with the right clause and blame.</summary>
public sealed class StoreMutantTests(StoreMutantTests.Compiler compiler) : IClassFixture<StoreMutantTests.Compiler>
{
    public static TheoryData<string> Names() => [.. Mutant.ReadAll().Select(mutant => mutant.Name)];

    [Fact]
    public void TheReferenceItself_CompiledTheSameWay_Conforms()
    {
        var run = MutantRun.Certify(compiler.Value.Compile(null), ["XS-001", "XS-016", "XS-046", "XS-113"]);

        Assert.Empty(run.Failures);
        Assert.Equal(0, run.ExitCode);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Mutant_IsKilled_WithClauseAndBlame(string name)
    {
        var mutant = Mutant.ReadAll().Single(candidate => candidate.Name == name);

        var run = MutantRun.Certify(compiler.Value.Compile(mutant), mutant.Kills.Select(clause => clause.ToString()));

        Assert.Equal(3, run.ExitCode);
        var killers = run.Failures.Where(failed => mutant.Kills.Any(clause => clause.ToString() == failed.Clause));
        Assert.True(killers.Any(failed => failed.Blame == mutant.Blame),
            $"{mutant.Title}: expected a failure of {string.Join(" or ", mutant.Kills)} that blames {mutant.Blame}; came {string.Join("; ", run.Failures)}");
    }

    public sealed class Compiler
    {
        public MutantCompiler Value { get; } = new();
    }
}
