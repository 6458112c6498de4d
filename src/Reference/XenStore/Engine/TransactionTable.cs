namespace Conformance.Reference.XenStore.Engine;

/// <summary>The open transactions of all clients.</summary>
internal sealed class TransactionTable(NodeTree tree, ConflictGuard guard)
{
    /// <summary>Opens a transaction with an id that is not 0 and not in use, also when ids wrap (XS-110).</summary>
    public Transaction Start(StoreConnection owner)
    {
        while (owner.NextTransactionId == 0 || owner.Transactions.ContainsKey(new(owner.NextTransactionId)))
        {
            owner.NextTransactionId++;
        }

        var transaction = new Transaction(new(owner.NextTransactionId++), owner, tree);
        owner.Transactions.Add(transaction.Number, transaction);
        guard.Started(transaction);
        return transaction;
    }

    /// <summary>Makes the id invalid and gives back what the transaction holds (XS-112, XS-115).</summary>
    public void End(Transaction transaction)
    {
        transaction.Owner.Transactions.Remove(transaction.Number);
        transaction.End();
        guard.Ended(transaction);
    }

    public void EndAll(StoreConnection owner)
    {
        foreach (var transaction in owner.Transactions.Values.ToArray())
        {
            End(transaction);
        }
    }
}
