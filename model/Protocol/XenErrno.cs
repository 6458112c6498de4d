namespace Conformance.Model.Protocol;

/// <summary>Why a hypercall failed, by the numbers of Xen's errno.h, which hypercalls return negated.</summary>
public enum XenErrno
{
    /// <summary>It did not fail.</summary>
    None = 0,

    /// <summary>The caller may not do that.</summary>
    EPERM = 1,

    /// <summary>Something named does not exist, such as a virtual CPU.</summary>
    ENOENT = 2,

    /// <summary>There is no such domain.</summary>
    ESRCH = 3,

    /// <summary>Something is left to do; call again.</summary>
    EAGAIN = 11,

    /// <summary>Out of memory.</summary>
    ENOMEM = 12,

    /// <summary>It is in use.</summary>
    EBUSY = 16,

    /// <summary>It is there already.</summary>
    EEXIST = 17,

    /// <summary>The call makes no sense as made.</summary>
    EINVAL = 22,

    /// <summary>No room left in a table.</summary>
    ENOSPC = 28,

    /// <summary>A value does not fit.</summary>
    ERANGE = 34,

    /// <summary>There is no such call.</summary>
    ENOSYS = 38,
}
