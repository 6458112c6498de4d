namespace Conformance.Model.Trace;

/// <summary>
/// The names of atomic steps on the store, as a trace carries them in its <c>step</c> field. The first group is the
/// step vocabulary of the connection model; the second covers messages that the connection itself never sends.
/// </summary>
public static class StepCode
{
    /// <summary>Read, directory or permission look-up outside a transaction.</summary>
    public const string Read = "R";

    /// <summary>Write, mkdir or permission change outside a transaction.</summary>
    public const string Write = "W";

    /// <summary>Removal of a subtree outside a transaction.</summary>
    public const string Remove = "D";

    /// <summary>Transaction start.</summary>
    public const string TransactionStart = "TS";

    /// <summary>Any look-up inside a transaction.</summary>
    public const string TransactionRead = "TR";

    /// <summary>Any change inside a transaction.</summary>
    public const string TransactionWrite = "TW";

    /// <summary>Transaction end; args tell commit or abort, the result OK or the error.</summary>
    public const string TransactionEnd = "TE";

    /// <summary>A watch is registered.</summary>
    public const string Watch = "WA";

    /// <summary>A watch is removed.</summary>
    public const string Unwatch = "UN";

    /// <summary>An event is queued for a connection.</summary>
    public const string Enqueue = "EQ";

    /// <summary>An event leaves the queue towards its client.</summary>
    public const string Deliver = "DV";

    /// <summary>An event is dropped: coalesced with an identical one, over a limit, or refused.</summary>
    public const string Drop = "DROP";

    /// <summary>A connection is reset: its watches, transactions and queued events vanish.</summary>
    public const string Reset = "RES";

    /// <summary>A domain is destroyed.</summary>
    public const string DomainDeath = "DIE";

    /// <summary>A domain stops running: shutdown, crash or suspend.</summary>
    public const string DomainShutdown = "DSH";

    /// <summary>A connection is opened or a domain introduced.</summary>
    public const string Connect = "CN";

    /// <summary>A connection is closed, by either side, or a domain released.</summary>
    public const string Disconnect = "DC";

    /// <summary>A message that administers the store or its domains; args name it.</summary>
    public const string Administer = "AD";

    /// <summary>Bytes that are no message: the stream is given up or a message is refused before it is understood.</summary>
    public const string Malformed = "BAD";
}
