using Conformance.Model.Protocol.XenStore;

namespace Conformance.Model.Store;

/// <summary>What a client asks of the store, as far as the oracle goes: values, names, transactions and watches; no permissions, no quotas.</summary>
public enum StoreVerb
{
    /// <summary>READ of a value.</summary>
    Read,

    /// <summary>DIRECTORY: the names of the children.</summary>
    Directory,

    /// <summary>WRITE of a value; makes the node and what is missing above it.</summary>
    Write,

    /// <summary>MKDIR: makes the node unless it is there.</summary>
    Mkdir,

    /// <summary>RM of a node with all below it.</summary>
    Rm,

    /// <summary>TRANSACTION_START.</summary>
    Start,

    /// <summary>TRANSACTION_END with T.</summary>
    Commit,

    /// <summary>TRANSACTION_END with F.</summary>
    Abort,

    /// <summary>WATCH.</summary>
    Watch,

    /// <summary>UNWATCH.</summary>
    Unwatch,
}

/// <summary>One request.</summary>
/// <param name="Verb">What is asked.</param>
/// <param name="Path">An absolute path; empty for requests about a transaction as a whole.</param>
/// <param name="Text">The value to write, or the token of a watch.</param>
/// <param name="Transaction">The transaction it belongs to; 0 for none.</param>
public sealed record StoreRequest(StoreVerb Verb, string Path = "", string Text = "", uint Transaction = 0)
{
    /// <summary>The request as a reader of a verdict wants it.</summary>
    public override string ToString() =>
        Verb.ToString().ToUpperInvariant() + (Path.Length > 0 ? $" {Path}" : "") + (Text.Length > 0 ? $" \"{Text}\"" : "")
        + (Transaction != 0 ? $" in {Transaction}" : "");
}

/// <summary>What the store answered.</summary>
/// <param name="Error">The error; <see cref="XsError.None"/> if it succeeded.</param>
/// <param name="Text">A value, the names of children in ordinal order with a space between them, or the number of a transaction.</param>
public sealed record StoreReply(XsError Error, string Text = "")
{
    /// <summary>Success with nothing to tell.</summary>
    public static StoreReply Ok { get; } = new(XsError.None);

    /// <summary>The reply as a reader of a verdict wants it.</summary>
    public override string ToString() => Error != XsError.None ? Error.ToString() : Text.Length > 0 ? $"\"{Text}\"" : "OK";
}
