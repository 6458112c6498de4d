using System.Text;

namespace Conformance.Model.Protocol.XenStore;

/// <summary>Why a request failed: the names that an ERROR reply may carry (XS-017; <c>xsd_errors</c>, xs_wire.h).</summary>
public enum XsError
{
    /// <summary>The request succeeded; never on the wire.</summary>
    None,

    /// <summary>The request makes no sense as sent.</summary>
    EINVAL,

    /// <summary>The caller may not do that.</summary>
    EACCES,

    /// <summary>It is there already.</summary>
    EEXIST,

    /// <summary>It is a directory.</summary>
    EISDIR,

    /// <summary>It is not there.</summary>
    ENOENT,

    /// <summary>The store is out of memory.</summary>
    ENOMEM,

    /// <summary>A quota of the caller is used up (XS-123).</summary>
    ENOSPC,

    /// <summary>Something failed below the store.</summary>
    EIO,

    /// <summary>The directory is not empty.</summary>
    ENOTEMPTY,

    /// <summary>The store does not know that request (XS-022).</summary>
    ENOSYS,

    /// <summary>The connection may only read.</summary>
    EROFS,

    /// <summary>A transaction inside a transaction (XS-111).</summary>
    EBUSY,

    /// <summary>The transaction conflicted; redo it from the start (XS-116).</summary>
    EAGAIN,

    /// <summary>The domain is connected already.</summary>
    EISCONN,

    /// <summary>Too large for one message or one node (XS-054).</summary>
    E2BIG,

    /// <summary>The owner of a node may not be changed by that caller (XS-057).</summary>
    EPERM,
}

/// <summary>Errors as they stand in the payload of an ERROR reply.</summary>
public static class XsErrors
{
    private static readonly byte[][] Payloads =
        [.. Enum.GetNames<XsError>().Select(name => Encoding.ASCII.GetBytes(name + '\0'))];

    /// <summary>The name with its NUL, ready to send.</summary>
    public static ReadOnlySpan<byte> ToPayload(XsError error) => Payloads[(int)error];

    /// <summary>Reads the payload of an ERROR reply: exactly one known name with its NUL.</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out XsError error)
    {
        for (int i = 1; i < Payloads.Length; i++)
        {
            if (payload.SequenceEqual(Payloads[i]))
            {
                error = (XsError)i;
                return true;
            }
        }

        error = XsError.None;
        return false;
    }
}
