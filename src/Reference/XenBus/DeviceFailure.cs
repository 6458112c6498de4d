using Conformance.Model.Protocol;

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
