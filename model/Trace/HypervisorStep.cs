namespace Conformance.Model.Trace;

/// <summary>The steps of a domain on the hypervisor, as a trace carries them in its <c>step</c> field.</summary>
public static class HypervisorStep
{
    /// <summary>A grant is published.</summary>
    public const string Grant = "GE";

    /// <summary>A grant is revoked, or put aside while the peer uses it.</summary>
    public const string Revoke = "GX";

    /// <summary>A page of another domain is mapped.</summary>
    public const string Map = "GM";

    /// <summary>A page of another domain is unmapped.</summary>
    public const string Unmap = "GU";

    /// <summary>Bytes are copied from or to a page of another domain.</summary>
    public const string Copy = "GC";

    /// <summary>A port is allocated for another domain to bind.</summary>
    public const string AllocatePort = "EA";

    /// <summary>A port is bound to another domain's.</summary>
    public const string BindPort = "EB";

    /// <summary>The other end of a channel is signalled.</summary>
    public const string Send = "ES";

    /// <summary>A port is closed.</summary>
    public const string ClosePort = "EC";

    /// <summary>A pending port is taken by its handler.</summary>
    public const string Upcall = "EU";

    /// <summary>The drivers of a domain end without a word, and the domain lives on: its ports are closed, what it had mapped is released.</summary>
    public const string EndDrivers = "BRST";
}
