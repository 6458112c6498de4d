namespace Conformance.Model.Protocol.Grants;

/// <summary>The flags of an entry, and with version 2 the words of the status array (<c>GTF_*</c>, grant_table.h; GT-004).</summary>
[Flags]
public enum GrantFlags : ushort
{
    /// <summary>The entry grants nothing.</summary>
    Invalid = 0,

    /// <summary>The peer may map or copy the frame.</summary>
    PermitAccess = 1,

    /// <summary>The peer may give a page.</summary>
    AcceptTransfer = 2,

    /// <summary>The peer may copy from an entry of a third domain.</summary>
    Transitive = 3,

    /// <summary>The peer may only read.</summary>
    ReadOnly = 1 << 2,

    /// <summary>In use for reading; set and cleared by the hypervisor.</summary>
    Reading = 1 << 3,

    /// <summary>In use for writing; set and cleared by the hypervisor.</summary>
    Writing = 1 << 4,

    /// <summary>Both bits that say that the entry is in use.</summary>
    InUse = Reading | Writing,

    /// <summary>Map write-through.</summary>
    WriteThrough = 1 << 5,

    /// <summary>Map uncached.</summary>
    CacheDisabled = 1 << 6,

    /// <summary>Map with the attribute from the page attribute table.</summary>
    AttributeTable = 1 << 7,

    /// <summary>Only part of the page is granted, for copying alone.</summary>
    SubPage = 1 << 8,
}
