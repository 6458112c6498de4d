namespace Conformance.Reference.Block.Storage;

/// <summary>How an operation on a medium ended, the worse the greater (BB-015).</summary>
public enum StorageStatus : byte
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>The medium does not know the operation.</summary>
    NotSupported = 1,

    /// <summary>The medium failed.</summary>
    Error = 2,

    /// <summary>The medium is no more (ENXIO, BB-031).</summary>
    Gone = 3,
}

/// <summary>What is asked of a medium.</summary>
public enum StorageOperation : byte
{
    /// <summary>From the medium into memory.</summary>
    Read,

    /// <summary>From memory to the medium.</summary>
    Write,

    /// <summary>All writes that are done become durable (BI-023).</summary>
    Flush,

    /// <summary>The content of a range is no longer needed; it reads as anything afterwards.</summary>
    Discard,
}
