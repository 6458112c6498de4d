namespace Conformance.Model.Protocol.Grants;

/// <summary>The status of one grant operation (<c>GNTST_*</c>, grant_table.h); never positive (GT-024).</summary>
public enum GrantStatus : short
{
    /// <summary>Done.</summary>
    Okay = 0,

    /// <summary>Undefined error.</summary>
    GeneralError = -1,

    /// <summary>No such domain.</summary>
    BadDomain = -2,

    /// <summary>Unrecognised or inappropriate reference.</summary>
    BadReference = -3,

    /// <summary>Unrecognised or inappropriate handle.</summary>
    BadHandle = -4,

    /// <summary>Inappropriate virtual address to map.</summary>
    BadVirtualAddress = -5,

    /// <summary>Inappropriate device address to unmap.</summary>
    BadDeviceAddress = -6,

    /// <summary>No space in the I/O memory management unit.</summary>
    NoDeviceSpace = -7,

    /// <summary>Not enough privilege for the operation.</summary>
    PermissionDenied = -8,

    /// <summary>The page is not one that can be used so.</summary>
    BadPage = -9,

    /// <summary>A copy crosses a page.</summary>
    BadCopyArgument = -10,

    /// <summary>The page address is too large.</summary>
    AddressTooBig = -11,

    /// <summary>Try again (GT-034).</summary>
    TryAgain = -12,

    /// <summary>Out of map tracking.</summary>
    NoSpace = -13,
}
