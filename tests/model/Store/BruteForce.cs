using Conformance.Model.Store;

namespace Conformance.Tests.Model.Store;

/// <summary>The oracle's question answered by trying every order of all rows, one after the other, and remembering nothing.</summary>
internal static class BruteForce
{
    public static bool IsExplained(StoreHistory history)
    {
        var rows = StoreRow.Of(history);
        return Orders(rows, new int[rows.Length], []).Any(order => IsLegal(history, rows, order));
    }

    /// <summary>Every merging of the rows that keeps to the times; an operation without a reply may be left out with all that its client did after it.</summary>
    private static IEnumerable<List<(int Row, int Index)>> Orders(StoreRow[] rows, int[] done, List<(int Row, int Index)> order)
    {
        if (Enumerable.Range(0, rows.Length).All(row => done[row] == rows[row].Count || rows[row].Returned(done[row]) == long.MaxValue))
        {
            yield return [.. order];
        }

        for (int row = 0; row < rows.Length; row++)
        {
            if (done[row] < rows[row].Count && MayFollow(rows, order, row, done[row]))
            {
                order.Add((row, done[row]++));
                foreach (var whole in Orders(rows, done, order))
                {
                    yield return whole;
                }

                done[row]--;
                order.RemoveAt(order.Count - 1);
            }
        }
    }

    /// <summary>Whether an operation may come after all of these: none of them was sent only after it had its reply.</summary>
    private static bool MayFollow(StoreRow[] rows, List<(int Row, int Index)> order, int row, int index) =>
        order.TrueForAll(earlier => rows[row].Returned(index) >= rows[earlier.Row].Invoked(earlier.Index));

    private static bool IsLegal(StoreHistory history, StoreRow[] rows, List<(int Row, int Index)> order)
    {
        IEnumerable<StoreSpecification> stores = [new StoreSpecification()];
        foreach (var (row, index) in order)
        {
            stores = [.. stores.SelectMany(store => rows[row].Nexts(index, store, allowsSpurious: false))];
        }

        return stores.Any(store => !history.IsSettled || store.Events.Required is null);
    }
}
