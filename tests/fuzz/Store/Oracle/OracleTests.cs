using Conformance.Model.Store;

namespace Conformance.Tests.Fuzz.Store.Oracle;

/// <summary>The oracle of the model judges what clients of the reference saw, each on its own, all at the same time.</summary>
public class OracleTests
{
    private const int Requests = 40;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [Trait("Clause", "XS-113")]
    [Trait("Clause", "XS-114")]
    [Trait("Clause", "XS-116")]
    [Trait("Clause", "XS-119")]
    public void Engine_IsExplained_WhateverItsClientsDoTogether(int first)
    {
        for (int seed = first * 1000; seed < (first * 1000) + 60; seed++)
        {
            var history = new ConcurrentRun(seed, StoreFlaw.None).Run(Requests);
            var verdict = StoreOracle.Judge(history);

            Assert.True(verdict.Judgement == StoreJudgement.Accepted, Report(seed, history, verdict));
        }
    }

    [Theory]
    [InlineData(StoreFlaw.LosesEvents)]
    [InlineData(StoreFlaw.HidesConflicts)]
    [InlineData(StoreFlaw.FailsForNothing)]
    [InlineData(StoreFlaw.ReadsStale)]
    [Trait("Clause", "XS-071")]
    [Trait("Clause", "XS-116")]
    public void AStoreThatLies_IsFoundOut(StoreFlaw flaw)
    {
        var rejected = Enumerable.Range(1, 20)
            .Select(seed => StoreOracle.Judge(new ConcurrentRun(seed, flaw).Run(Requests), judgesLostTransactions: false))
            .Where(verdict => verdict.Judgement == StoreJudgement.Rejected)
            .ToList();

        Assert.NotEmpty(rejected);
        Assert.All(rejected, verdict => Assert.NotEmpty(verdict.Unexplained));
    }

    private static string Report(int seed, StoreHistory history, StoreVerdict verdict) =>
        $"seed {seed}: {verdict.Judgement} after {verdict.States} states\nexplained:\n{string.Join('\n', verdict.Explained)}\nnot:\n{string.Join('\n', verdict.Unexplained)}\n"
        + $"all:\n{string.Join('\n', history.Operations)}";
}
