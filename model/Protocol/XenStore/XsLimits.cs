namespace Conformance.Model.Protocol.XenStore;

/// <summary>The sizes that the public header fixes (xs_wire.h).</summary>
public static class XsLimits
{
    /// <summary>Bytes of payload in one message, either direction (XS-012; <c>XENSTORE_PAYLOAD_MAX</c>).</summary>
    public const int PayloadMax = 4096;

    /// <summary>Bytes of an absolute path (XS-042; <c>XENSTORE_ABS_PATH_MAX</c>).</summary>
    public const int AbsolutePathMax = 3072;

    /// <summary>Bytes of a path below /local/domain/N (XS-042; <c>XENSTORE_REL_PATH_MAX</c>).</summary>
    public const int RelativePathMax = 2048;
}
