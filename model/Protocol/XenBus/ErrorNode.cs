namespace Conformance.Model.Protocol.XenBus;

/// <summary>
/// Where a driver says what failed (XB-040): below <c>error</c> in the home of its own domain, by the path that the device has
/// there.
/// </summary>
public static class ErrorNode
{
    private const int PartsOfHome = 4;

    /// <summary>The node with the text: <c>/local/domain/5/error/device/vbd/51712/error</c> for <c>/local/domain/5/device/vbd/51712</c>.</summary>
    /// <param name="device">The directory of an end of the device, an absolute path below the home of its domain.</param>
    public static string Of(string device) => $"{DirectoryOf(device)}/error";

    /// <summary>The directory of that node, <c>/local/domain/5/error/device/vbd/51712</c>.</summary>
    /// <param name="device">The directory of an end of the device, an absolute path below the home of its domain.</param>
    public static string DirectoryOf(string device)
    {
        ArgumentNullException.ThrowIfNull(device);
        var parts = device.Split('/');
        return $"{string.Join('/', parts[..PartsOfHome])}/error/{string.Join('/', parts[PartsOfHome..])}";
    }
}
