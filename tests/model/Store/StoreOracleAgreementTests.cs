using Conformance.Model.Store;

namespace Conformance.Tests.Model.Store;

public sealed class StoreOracleAgreementTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TheSearch_AgreesWithEveryOrderTriedInTurn(int seed)
    {
        var generator = new HistoryGenerator(seed);
        int accepted = 0;
        int rejected = 0;
        for (int i = 0; i < 150; i++)
        {
            var history = generator.Next();

            bool isExplained = BruteForce.IsExplained(history);

            var verdict = StoreOracle.Judge(history);
            Assert.True(
                verdict.Judgement == (isExplained ? StoreJudgement.Accepted : StoreJudgement.Rejected),
                $"seed {seed}, history {i}: {verdict.Judgement}\n{string.Join('\n', history.Operations)}\n{string.Join('\n', history.Deliveries)}");
            accepted += isExplained ? 1 : 0;
            rejected += isExplained ? 0 : 1;
        }

        Assert.True(accepted > 20 && rejected > 20, $"seed {seed}: {accepted} accepted, {rejected} rejected");
    }
}
