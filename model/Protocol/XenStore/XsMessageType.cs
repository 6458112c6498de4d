namespace Conformance.Model.Protocol.XenStore;

/// <summary>What a message asks or says (XS-002; <c>enum xsd_sockmsg_type</c>, xs_wire.h).</summary>
public enum XsMessageType : uint
{
    /// <summary>Commands to the daemon itself; privileged.</summary>
    Control = 0,

    /// <summary>The names of a node's children.</summary>
    Directory = 1,

    /// <summary>A node's value.</summary>
    Read = 2,

    /// <summary>A node's permission list.</summary>
    GetPerms = 3,

    /// <summary>Registers a watch.</summary>
    Watch = 4,

    /// <summary>Removes a watch.</summary>
    Unwatch = 5,

    /// <summary>Opens a transaction; the reply is its id.</summary>
    TransactionStart = 6,

    /// <summary>Ends a transaction: T commits, F aborts.</summary>
    TransactionEnd = 7,

    /// <summary>Tells of a new domain, its interface page and its port; privileged.</summary>
    Introduce = 8,

    /// <summary>Forgets a domain; privileged.</summary>
    Release = 9,

    /// <summary>The home path of a domain.</summary>
    GetDomainPath = 10,

    /// <summary>Sets a value, creating the node and its ancestors.</summary>
    Write = 11,

    /// <summary>Creates a node and its ancestors if absent.</summary>
    Mkdir = 12,

    /// <summary>Removes a node with its subtree.</summary>
    Rm = 13,

    /// <summary>Replaces a node's permission list.</summary>
    SetPerms = 14,

    /// <summary>From the server only: a watch fired.</summary>
    WatchEvent = 15,

    /// <summary>From the server only: a request failed.</summary>
    Error = 16,

    /// <summary>Whether the store knows a domain; privileged.</summary>
    IsDomainIntroduced = 17,

    /// <summary>A domain runs again after a shutdown; privileged.</summary>
    Resume = 18,

    /// <summary>Gives one domain the rights of another; privileged.</summary>
    SetTarget = 19,

    /// <summary>Retired; answered ENOSYS (XS-022).</summary>
    Restrict = 20,

    /// <summary>Drops all watches and transactions of the caller.</summary>
    ResetWatches = 21,

    /// <summary>The names of a node's children, a page at a time.</summary>
    DirectoryPart = 22,

    /// <summary>The features offered to a domain.</summary>
    GetFeature = 23,

    /// <summary>Sets the features offered to a domain; privileged.</summary>
    SetFeature = 24,

    /// <summary>The value of a quota; privileged.</summary>
    GetQuota = 25,

    /// <summary>Sets a quota; privileged.</summary>
    SetQuota = 26,

    /// <summary>Never a valid type.</summary>
    Invalid = 65535,
}
