using System.Runtime.CompilerServices;

namespace Conformance.Model.Store;

/// <summary>Where a client of the transaction model is.</summary>
internal enum TransactionPlace : byte
{
    /// <summary>About to start a transaction.</summary>
    Idle,

    /// <summary>About to read the first node.</summary>
    Started,

    /// <summary>About to read the second node.</summary>
    ReadFirst,

    /// <summary>About to write the first node.</summary>
    ReadSecond,

    /// <summary>About to write the second node.</summary>
    WroteFirst,

    /// <summary>About to end the transaction.</summary>
    WroteSecond,

    /// <summary>It has changed both nodes.</summary>
    Committed,

    /// <summary>It has given up.</summary>
    GaveUp,
}

[InlineArray(2)]
internal struct TwoBytes
{
    private byte _first;
}

/// <summary>A client that adds one to both nodes in a transaction, again and again until it succeeds.</summary>
internal struct TransactionClient
{
    public TransactionPlace Place;

    /// <summary>A bit for each node that was accessed, and so found.</summary>
    public byte Found;

    /// <summary>What was found.</summary>
    public TwoBytes Values;

    /// <summary>A bit for each node that was read first and that others changed since.</summary>
    public byte Outdated;

    /// <summary>Whether others changed anything since the start.</summary>
    public bool IsOvertaken;

    /// <summary>How many transactions it has started; 0 when it is done.</summary>
    public byte Attempts;

    /// <summary>Whether the reads of the committed transaction fitted together.</summary>
    public bool HasTornRead;
}

/// <summary>Two nodes, two clients and a watcher.</summary>
internal struct TransactionsState
{
    public TransactionClient First;

    public TransactionClient Second;

    /// <summary>The live values.</summary>
    public TwoBytes Values;

    /// <summary>A bit for each node of which an event is on its way to the watcher.</summary>
    public byte Events;

    /// <summary>A bit for each node that the watcher has been told of and not read yet.</summary>
    public byte Told;

    /// <summary>What the watcher read last.</summary>
    public TwoBytes Seen;

    /// <summary>Commits that succeeded.</summary>
    public byte Commits;

    /// <summary>Commits that failed although nothing had changed.</summary>
    public byte Groundless;
}
