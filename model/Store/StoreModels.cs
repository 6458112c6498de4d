using System.Globalization;
using Conformance.Model.Checking;

namespace Conformance.Model.Store;

/// <summary>The store models that are checked by name.</summary>
public static class StoreModels
{
    /// <summary>Transactions, for each way in which stores look.</summary>
    public static IReadOnlyList<IModel> All(ModelBounds bounds)
    {
        int attempts = bounds == ModelBounds.Large ? 100 : 3;
        return
        [
            Make("store/transactions", "found at first access", TransactionView.FirstAccess, attempts),
            Make("store/snapshots", "found at the start", TransactionView.Snapshot, attempts),
        ];
    }

    private static CheckableModel<TransactionsState> Make(string name, string how, TransactionView view, int attempts) => new(
        string.Create(CultureInfo.InvariantCulture, $"two clients that change two nodes in at most {attempts} transactions each, {how}, and a watcher"),
        new TransactionsModel(name, view, attempts));
}
