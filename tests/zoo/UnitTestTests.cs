using Conformance.Model.Clauses;
using Conformance.Tests.Zoo.Machinery;
using Xunit;

namespace Conformance.Tests.Zoo;

/// <summary>The unit tests that mutants name.</summary>
public sealed class UnitTestTests
{
    [Theory]
    [InlineData("Nothing")]
    [InlineData("Store.DaemonTurnTests.Nothing")]
    [InlineData("Store.DaemonTurnTests.Dispose")]
    [InlineData("Store.DaemonSocketTests.Header_ThatAnnouncesTooMuch_EndsThatClientAlone")]
    public void Find_OfWhatIsNoTestWithoutParameters_SaysSo(string name) =>
        Assert.EndsWith($"found none named {name}", Assert.Throws<FormatException>(() => UnitTest.Find(name)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("Store.DaemonTurnTests.Turns_GoRoundInTheOrderOfAsking_HoweverOftenOneAsksAgain", "XS-125")]
    [InlineData("Store.DaemonSocketTests.Client_ThatLeaves_LeavesNoWatchAndNoTransaction", "XS-091 XS-115")]
    public void Clauses_AreThoseOfTheTest_OrOfItsClass(string name, string clauses) =>
        Assert.Equal(clauses.Split(' ').Select(ClauseId.Parse), UnitTest.Find(name).Clauses.Order());

    [Fact]
    public void AMutant_WhoseTestIsAboutAnotherClause_CountsAsNotKilled()
    {
        var mutant = Mutant.Find("XS-110-id-0-after-the-wrap") with { Kills = [ClauseId.Parse("XS-111")] };
        using var program = new MutantProgram();

        var run = program.Ask(Zoo.Compiler.Compile(mutant), mutant);

        Assert.Equal(MutantRun.DoesNotConform, run.ExitCode);
        Assert.Empty(run.KillersOf(mutant));
    }
}
