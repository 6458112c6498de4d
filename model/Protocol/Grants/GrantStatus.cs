namespace Conformance.Model.Protocol.Grants;

/// <summary>How one grant operation ended (<c>GNTST_*</c>, grant_table.h). Never positive (GT-024).</summary>
public enum GrantStatus : short
{
    /// <summary>It succeeded.</summary>
    Okay = 0,

    /// <summary>It failed for a reason without a number of its own; the entry does not allow it.</summary>
    GeneralError = -1,

    /// <summary>There is no such domain.</summary>
    BadDomain = -2,

    /// <summary>There is no such reference, or the flags make no sense.</summary>
    BadGrantRef = -3,

    /// <summary>There is no such mapping.</summary>
    BadHandle = -4,

    /// <summary>Nothing can be mapped at that address.</summary>
    BadVirtualAddress = -5,

    /// <summary>The device address is not the mapping's.</summary>
    BadDeviceAddress = -6,

    /// <summary>No room for another device mapping.</summary>
    NoDeviceSpace = -7,

    /// <summary>The caller may not do that.</summary>
    PermissionDenied = -8,

    /// <summary>There is no such page.</summary>
    BadPage = -9,

    /// <summary>The bytes to copy cross the end of a page.</summary>
    BadCopyArgument = -10,

    /// <summary>The page is too high to transfer.</summary>
    AddressTooBig = -11,

    /// <summary>It was not done and may be tried again (GT-034).</summary>
    TryAgain = -12,

    /// <summary>No room for another mapping.</summary>
    NoSpace = -13,
}
