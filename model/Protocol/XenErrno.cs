namespace Conformance.Model.Protocol;

/// <summary>Why a hypercall about a whole grant table or a parameter failed, by the numbers of Xen's errno.h, here positive.</summary>
public enum XenErrno
{
    /// <summary>It did not fail.</summary>
    None = 0,

    /// <summary>The caller may not do that.</summary>
    EPERM = 1,

    /// <summary>There is no such domain.</summary>
    ESRCH = 3,

    /// <summary>Something is left to do; call again.</summary>
    EAGAIN = 11,

    /// <summary>It is in use.</summary>
    EBUSY = 16,

    /// <summary>The call makes no sense as made.</summary>
    EINVAL = 22,

    /// <summary>A value does not fit.</summary>
    ERANGE = 34,

    /// <summary>There is no such call.</summary>
    ENOSYS = 38,
}
