namespace Conformance.Model.Protocol.Block;

/// <summary>How a request ended (BI-011; blkif.h). Nothing else is sent.</summary>
public enum BlkifStatus : short
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>Failed, for whatever reason.</summary>
    Error = -1,

    /// <summary>The operation is unknown to the back-end or its medium.</summary>
    NotSupported = -2,
}
