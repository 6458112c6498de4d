namespace Conformance.Model.Protocol.Block;

/// <summary>The bits of a back-end's <c>info</c> node (BI-027; blkif.h).</summary>
[Flags]
public enum VdiskFlags : uint
{
    /// <summary>An ordinary disk that may be written.</summary>
    None = 0,

    /// <summary>A CD-ROM drive.</summary>
    CdRom = 1,

    /// <summary>The medium can be changed.</summary>
    Removable = 2,

    /// <summary>The back-end refuses writes (NG-037, NG-038).</summary>
    ReadOnly = 4,
}
