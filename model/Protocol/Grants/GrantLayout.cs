namespace Conformance.Model.Protocol.Grants;

/// <summary>
/// Where the fields of entries stand, in bytes (<c>grant_entry_v1</c>, <c>grant_entry_v2</c>, grant_table.h; GT-001 to
/// GT-003). Both versions begin with flags and domain, which make up one 32-bit word, flags low.
/// </summary>
public static class GrantLayout
{
    /// <summary>Bytes of a frame of the table.</summary>
    public const int FrameSize = 4096;

    /// <summary>The bits of the flags that hold the type of the entry.</summary>
    public const GrantFlags TypeMask = (GrantFlags)3;

    /// <summary>In an entry that accepts a transfer: the hypervisor is committed to it. Elsewhere that bit says read only.</summary>
    public const GrantFlags TransferCommitted = GrantFlags.ReadOnly;

    /// <summary>In an entry that accepts a transfer: it is done. Elsewhere that bit says in use for reading.</summary>
    public const GrantFlags TransferCompleted = GrantFlags.Reading;

    /// <summary>Flags, u16.</summary>
    public const int Flags = 0;

    /// <summary>The domain that is granted something, u16.</summary>
    public const int Domain = 2;

    /// <summary>Version 1: the frame, u32.</summary>
    public const int FrameV1 = 4;

    /// <summary>Version 2: the frame, u64, of a full page and of a part of a page.</summary>
    public const int FrameV2 = 8;

    /// <summary>Version 2: first granted byte of the page, u16.</summary>
    public const int SubPageOffset = 4;

    /// <summary>Version 2: granted bytes, u16.</summary>
    public const int SubPageLength = 6;

    /// <summary>Version 2: the third domain of a transitive entry, u16.</summary>
    public const int TransitiveDomain = 4;

    /// <summary>Version 2: the reference in the third domain, u32.</summary>
    public const int TransitiveRef = 8;

    /// <summary>Bytes of a word of the status array.</summary>
    public const int StatusSize = sizeof(ushort);

    /// <summary>Words of the status array in one frame.</summary>
    public const int StatusesPerFrame = FrameSize / StatusSize;

    /// <summary>Bytes of an entry.</summary>
    public static int EntrySize(GrantVersion version) => version == GrantVersion.One ? 8 : 16;

    /// <summary>Entries in one frame: 512 or 256.</summary>
    public static int EntriesPerFrame(GrantVersion version) => version == GrantVersion.One ? FrameSize / 8 : FrameSize / 16;

    /// <summary>Where an entry stands: its frame in the table, and its first byte in the frame.</summary>
    public static (int Frame, int Offset) PlaceOf(GrantRef reference, GrantVersion version)
    {
        // By the entries of each version as a constant: every access to a table comes this way, and a division is slow.
        const uint InOne = FrameSize / 8;
        const uint InTwo = FrameSize / 16;
        return version == GrantVersion.One
            ? ((int)(reference.Value / InOne), (int)(reference.Value % InOne) * 8)
            : ((int)(reference.Value / InTwo), (int)(reference.Value % InTwo) * 16);
    }

    /// <summary>The first word of an entry.</summary>
    public static uint Header(GrantFlags flags, DomainId domain) => (uint)flags | ((uint)domain.Value << 16);

    /// <summary>The flags in the first word of an entry.</summary>
    public static GrantFlags FlagsOf(uint header) => (GrantFlags)(ushort)header;

    /// <summary>The domain in the first word of an entry.</summary>
    public static DomainId DomainOf(uint header) => new((ushort)(header >> 16));
}
