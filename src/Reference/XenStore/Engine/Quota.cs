namespace Conformance.Reference.XenStore.Engine;

/// <summary>What is limited for an unprivileged domain (XS-123).</summary>
internal enum Quota
{
    Nodes,
    Watches,
    Transactions,
    Outstanding,
    Memory,
    TransactionNodes,
    NodePermissions,
    PathMax,
    NodeSize,
}

/// <summary>The limits of a store or of one domain; 0 is no limit.</summary>
internal sealed class QuotaTable
{
    /// <summary>How many kinds there are.</summary>
    public const int Kinds = (int)Quota.NodeSize + 1;

    // In the order of the kinds; these are the names that the operator's tools know.
    private static readonly string[] Names =
    [
        "nodes", "watches", "transactions", "outstanding", "memory", "transaction-nodes", "node-permissions",
        "path-max", "node-size",
    ];

    private readonly uint?[] _limits = new uint?[Kinds];
    private readonly QuotaTable? _fallback;

    /// <summary>The limits of one domain: those of the store until they are set.</summary>
    public QuotaTable(QuotaTable fallback) => _fallback = fallback;

    /// <summary>The limits of the store, at their defaults.</summary>
    public QuotaTable()
    {
        ReadOnlySpan<uint> defaults = [1000, 128, 10, 20, 2560 * 1024, 1024, 5, 2048, 2048];
        for (int i = 0; i < Kinds; i++)
        {
            _limits[i] = defaults[i];
        }
    }

    public uint this[Quota quota]
    {
        get => _limits[(int)quota] ?? _fallback![quota];
        set => _limits[(int)quota] = value;
    }

    public static string NameOf(Quota quota) => Names[(int)quota];

    public static bool TryFind(string name, out Quota quota)
    {
        int index = name == "permissions" ? (int)Quota.NodePermissions : Array.IndexOf(Names, name);
        quota = (Quota)Math.Max(index, 0);
        return index >= 0;
    }

    public bool Exceeds(Quota quota, long value) => this[quota] is not 0 and var limit && value > limit;
}
