using Conformance.Tests.Zoo.Machinery;
using Xunit;

namespace Conformance.Tests.Zoo;

/// <summary>What is compiled of a mutant.</summary>
public sealed class MutantCompilerTests
{
    private static readonly MutantCompiler Compiler = Zoo.Compiler;

    [Theory]
    [InlineData("BF-006-operation-unchecked")]
    [InlineData("Z-014-presence-enables")]
    public void AChangedBody_IsAnUpdateOfItsMethod(string name)
    {
        var image = Compiler.Compile(Mutant.Find(name));

        Assert.Same(Compiler.Healthy.Assembly, image.Assembly);
        Assert.NotNull(image.Change);
        Assert.InRange(image.Change.Code.Length, 1, image.Assembly.Length / 10);
    }

    [Theory]
    [InlineData("XS-125-no-turns", "a constant")]
    [InlineData("Z-142-ring-order-set-before-it-is-checked", "a new field")]
    [InlineData("Z-253-pool-outlives-its-connection", "the heading of a type")]
    [InlineData("Z-254-limits-survive", "a field that is shared")]
    public void AnythingElse_IsAnAssemblyOfItsOwn(string name, string what)
    {
        var image = Compiler.Compile(Mutant.Find(name));

        Assert.True(image.Change is null, $"expected {what} to need a new assembly, got an update");
    }

    [Theory]
    [InlineData("BF-006-operation-unchecked")]
    [InlineData("Z-014-presence-enables")]
    public void AMutant_FailsTheSameCases_AsAnUpdateAndAsAnAssemblyOfItsOwn(string name)
    {
        var mutant = Mutant.Find(name);
        using var program = new MutantProgram();

        var updated = program.Certify(Compiler.Compile(mutant), mutant);
        var whole = program.Certify(Compiler.CompileWhole(mutant), mutant);

        Assert.Equal((MutantRun.DoesNotConform, MutantRun.DoesNotConform), (updated.ExitCode, whole.ExitCode));
        Assert.NotEmpty(updated.KillersOf(mutant));
        Assert.Equal(
            updated.Failures.Select(failed => (failed.Id, failed.Clause, failed.Blame)),
            whole.Failures.Select(failed => (failed.Id, failed.Clause, failed.Blame)));
    }
}
