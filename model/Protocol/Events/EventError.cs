namespace Conformance.Model.Protocol.Events;

/// <summary>Why an event channel operation failed: the error numbers that the hypervisor gives, here positive.</summary>
public enum EventError
{
    /// <summary>It did not fail.</summary>
    None = 0,

    /// <summary>EPERM: the caller may not.</summary>
    NotPermitted = 1,

    /// <summary>ENOENT: no such virtual interrupt or vCPU.</summary>
    NotFound = 2,

    /// <summary>ESRCH: no such domain.</summary>
    NoSuchDomain = 3,

    /// <summary>EAGAIN: some ports remain; ask again (EV-019).</summary>
    TryAgain = 11,

    /// <summary>ENOMEM: no memory for the port.</summary>
    NoMemory = 12,

    /// <summary>EBUSY: it is another's, or under way already.</summary>
    Busy = 16,

    /// <summary>EEXIST: bound already.</summary>
    Exists = 17,

    /// <summary>EINVAL: the port is not in a state for that.</summary>
    Invalid = 22,

    /// <summary>ENOSPC: every port is taken.</summary>
    NoSpace = 28,

    /// <summary>ENOSYS: the event interface in use has no such operation.</summary>
    NotSupported = 38,
}
