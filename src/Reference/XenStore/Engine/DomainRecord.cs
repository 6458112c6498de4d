using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>What the store knows of one domain, from the first mention of its number to its end.</summary>
internal sealed class DomainRecord
{
    public DomainRecord(DomainId id, ulong incarnation, QuotaTable quotas)
    {
        Id = id;
        Incarnation = incarnation;
        Quotas = new QuotaTable(quotas);
        Home = [.. XsPath.HomePrefix, .. System.Text.Encoding.ASCII.GetBytes(id.ToString())];
    }

    public DomainId Id { get; }

    public ulong Incarnation { get; }

    public QuotaTable Quotas { get; }

    /// <summary>The path that relative paths start from, without a slash at the end (XS-043).</summary>
    public byte[] Home { get; }

    /// <summary>Set between INTRODUCE and the end of the domain.</summary>
    public StoreConnection? Guest { get; set; }

    /// <summary>Whether its shutdown has been told already (XS-089).</summary>
    public bool IsShutdownTold { get; set; }

    /// <summary>The domain whose rights this one has as well (XS-133).</summary>
    public DomainRecord? Target { get; set; }

    /// <summary>Features set by SET_FEATURE; null for the store's own.</summary>
    public XsServerFeatures? Features { get; set; }

    public int Nodes
    {
        get;
        set
        {
            field = value;
            HighestNodes = Math.Max(HighestNodes, value);
        }
    }

    /// <summary>The most there were since <see cref="ResetHighest"/>.</summary>
    [field: NotState]
    public int HighestNodes { get; private set; }

    public long NodeMemory { get; set; }

    public int Watches
    {
        get;
        set
        {
            field = value;
            HighestWatches = Math.Max(HighestWatches, value);
        }
    }

    /// <summary>The most there were since <see cref="ResetHighest"/>.</summary>
    [field: NotState]
    public int HighestWatches { get; private set; }

    public long WatchMemory { get; set; }

    public int Transactions
    {
        get;
        set
        {
            field = value;
            HighestTransactions = Math.Max(HighestTransactions, value);
        }
    }

    /// <summary>The most there were since <see cref="ResetHighest"/>.</summary>
    [field: NotState]
    public int HighestTransactions { get; private set; }

    public long TransactionMemory { get; set; }

    /// <summary>Bytes that stay until the domain itself gives them up: they fail requests, queued output only delays them.</summary>
    public long LastingMemory => NodeMemory + WatchMemory + TransactionMemory;

    public bool IsPrivileged => Id == DomainId.Zero;

    public void ResetHighest() => (HighestNodes, HighestWatches, HighestTransactions) = (Nodes, Watches, Transactions);

    /// <summary>Whether a limit stands in the way of a count becoming <paramref name="value"/>.</summary>
    public bool Exceeds(Quota quota, long value) => !IsPrivileged && Quotas.Exceeds(quota, value);
}
