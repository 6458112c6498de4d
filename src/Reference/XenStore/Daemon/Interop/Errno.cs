using System.Globalization;
using System.Runtime.InteropServices;

namespace Conformance.Reference.XenStore.Daemon.Interop;

/// <summary>The error numbers of Linux that the loop tells apart (asm-generic/errno.h).</summary>
internal static class Errno
{
    internal const int NotFound = 2;
    internal const int Interrupted = 4;
    internal const int Again = 11;
    internal const int NotADirectory = 20;
    internal const int TableFull = 23;
    internal const int TooManyOpen = 24;
    internal const int NoBuffers = 105;
    internal const int Refused = 111;

    /// <summary>The error of the last call on this thread.</summary>
    internal static int Last => Marshal.GetLastPInvokeError();

    /// <summary>An exception for a call that cannot fail unless the machine is out of something.</summary>
    internal static IOException Fatal(string call) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"{call} failed: {Marshal.GetLastPInvokeErrorMessage()} (errno {Last}); the store cannot serve without it"));
}
