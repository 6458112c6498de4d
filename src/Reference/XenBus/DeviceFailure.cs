namespace Conformance.Reference.XenBus;

/// <summary>
/// A device cannot go on: thrown by a driver while it attaches or handles a change, published by the bus in the device's
/// error node, and followed by closing (XB-039, XB-040).
/// </summary>
public sealed class DeviceFailure : Exception
{
    /// <summary>Makes it.</summary>
    /// <param name="error">The real cause, never <see cref="Errno.None"/> (XB-063).</param>
    /// <param name="message">What failed, in one line.</param>
    public DeviceFailure(Errno error, string message)
        : base(message)
    {
        if (error == Errno.None)
        {
            throw new ArgumentException("expected the cause of a failure, got none", nameof(error));
        }

        Error = error;
    }

    /// <summary>The cause.</summary>
    public Errno Error { get; }
}

/// <summary>Causes of failure by their numbers on Linux, as error nodes carry them.</summary>
public enum Errno
{
    /// <summary>No failure.</summary>
    None = 0,

    /// <summary>Not permitted.</summary>
    EPERM = 1,

    /// <summary>No such node or file.</summary>
    ENOENT = 2,

    /// <summary>The medium failed.</summary>
    EIO = 5,

    /// <summary>No such device.</summary>
    ENXIO = 6,

    /// <summary>Try again.</summary>
    EAGAIN = 11,

    /// <summary>No memory, references or ports left.</summary>
    ENOMEM = 12,

    /// <summary>Access refused.</summary>
    EACCES = 13,

    /// <summary>In use.</summary>
    EBUSY = 16,

    /// <summary>No such device.</summary>
    ENODEV = 19,

    /// <summary>A value that makes no sense.</summary>
    EINVAL = 22,

    /// <summary>No space.</summary>
    ENOSPC = 28,

    /// <summary>The medium is read-only.</summary>
    EROFS = 30,

    /// <summary>A value out of range.</summary>
    ERANGE = 34,

    /// <summary>The peer breaks the protocol.</summary>
    EPROTO = 71,

    /// <summary>The operation is not supported.</summary>
    EOPNOTSUPP = 95,

    /// <summary>No space for the port.</summary>
    ENOBUFS = 105,

    /// <summary>Nothing came in time.</summary>
    ETIMEDOUT = 110,
}
