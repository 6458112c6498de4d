namespace Conformance.Model.Protocol;

/// <summary>
/// Error numbers, positive, by the values of Linux's and of xen/include/public/errno.h, which agree: what hypercalls give,
/// negated, and what error nodes begin with (XB-040).
/// </summary>
public enum Errno
{
    /// <summary>No failure.</summary>
    None = 0,

    /// <summary>Not permitted.</summary>
    EPERM = 1,

    /// <summary>There is none: node, file, virtual interrupt, vCPU.</summary>
    ENOENT = 2,

    /// <summary>No such domain.</summary>
    ESRCH = 3,

    /// <summary>The medium failed, or the store.</summary>
    EIO = 5,

    /// <summary>The medium is gone.</summary>
    ENXIO = 6,

    /// <summary>Try again.</summary>
    EAGAIN = 11,

    /// <summary>No memory, references or pages left.</summary>
    ENOMEM = 12,

    /// <summary>Access refused.</summary>
    EACCES = 13,

    /// <summary>In use.</summary>
    EBUSY = 16,

    /// <summary>There already.</summary>
    EEXIST = 17,

    /// <summary>No such device.</summary>
    ENODEV = 19,

    /// <summary>A value, or a state, that does not allow it.</summary>
    EINVAL = 22,

    /// <summary>No space: every port is taken, the medium is full.</summary>
    ENOSPC = 28,

    /// <summary>The medium is read-only.</summary>
    EROFS = 30,

    /// <summary>A value out of range.</summary>
    ERANGE = 34,

    /// <summary>No such operation.</summary>
    ENOSYS = 38,

    /// <summary>The peer breaks the protocol.</summary>
    EPROTO = 71,

    /// <summary>The operation is not supported.</summary>
    EOPNOTSUPP = 95,

    /// <summary>Nothing came in time.</summary>
    ETIMEDOUT = 110,
}
