using Conformance.Model.Checking;
using Conformance.Model.Store;

namespace Conformance.Tests.Model.Store;

public sealed class TransactionsModelTests
{
    [Theory]
    [InlineData("store/transactions")]
    [InlineData("store/snapshots")]
    [Trait("Clause", "XS-113")]
    [Trait("Clause", "XS-114")]
    [Trait("Clause", "XS-116")]
    [Trait("Clause", "XS-119")]
    public void Transactions_KeepTheirProperties(string name)
    {
        var report = StoreModels.All(ModelBounds.Default).Single(model => model.Name == name).Check(new CheckOptions());

        Assert.Empty(report.Properties.Where(property => property.Verdict != PropertyVerdict.Holds).Select(property => property.Name));
        Assert.True(report.Holds);
    }

    [Theory]
    [InlineData(TransactionView.FirstAccess)]
    [InlineData(TransactionView.Snapshot)]
    public void EqualClients_MayBeSwapped_WithoutAnotherVerdict(TransactionView view)
    {
        var system = new TransactionsModel("transactions", view, attempts: 2);
        var whole = new Checker<TransactionsState>(system).Check(new CheckOptions());

        var reduced = new Checker<TransactionsState>(system).Check(new CheckOptions { ReducesSymmetry = true, ChecksLiveness = false });

        // Throws where swapping changes more than names.
        new Checker<TransactionsState>(system).Check(new CheckOptions { ReducesSymmetry = true, Audit = true, ChecksLiveness = false });
        Assert.True(reduced.Statistics.Distinct < whole.Statistics.Distinct, $"{reduced.Statistics.Distinct} of {whole.Statistics.Distinct}");
        Assert.All(reduced.Properties.Where(property => property.Kind != PropertyKind.Liveness), property =>
            Assert.Equal(whole.Properties.Single(other => other.Name == property.Name).Verdict, property.Verdict));
    }

    [Theory]
    [InlineData(nameof(TransactionFault.WritesThrough), TransactionsProperties.NoTornCommit)]
    [InlineData(nameof(TransactionFault.CommitsOverChange), TransactionsProperties.NoTornRead)]
    [InlineData(nameof(TransactionFault.CommitsOverChange), TransactionsProperties.NoLostUpdate)]
    [InlineData(nameof(TransactionFault.AbortLeavesTrace), TransactionsProperties.NoLostUpdate)]
    [InlineData(nameof(TransactionFault.FailsForNothing), TransactionsProperties.NoGroundlessConflict)]
    [InlineData(nameof(TransactionFault.TellsAtWrite), TransactionsProperties.WatcherKnows)]
    [InlineData(nameof(TransactionFault.KeepsStaleView), TransactionsProperties.EveryoneEnds)]
    [InlineData(nameof(TransactionFault.StopsHalfway), "no state is stuck")]
    public void EachMutant_BreaksItsProperty(string fault, string property)
    {
        var system = new TransactionsModel("mutant", TransactionView.FirstAccess, attempts: 2, Enum.Parse<TransactionFault>(fault));

        var report = new Checker<TransactionsState>(system).Check(new CheckOptions());

        var broken = report.Properties.Single(result => result.Name == property);
        Assert.Equal(PropertyVerdict.Broken, broken.Verdict);
        Assert.NotEmpty(broken.Counterexample!.Steps);
    }
}
