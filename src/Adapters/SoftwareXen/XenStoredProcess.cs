using System.Diagnostics;

namespace Conformance.Adapters.SoftwareXen;

/// <summary>C xenstored, as Debian ships it: no option changes what it does.</summary>
public sealed class XenStoredProcess : StoreDaemonProcess
{
    /// <summary>Its file name.</summary>
    public const string ProgramName = "xenstored";

    private const int SigTerm = 15;

    /// <summary>Starts it in the foreground.</summary>
    /// <param name="directory">The directory of the hypervisor that it runs under.</param>
    /// <param name="program">Its absolute path.</param>
    /// <param name="traceFile">Where it writes every message; null for nowhere.</param>
    public XenStoredProcess(InstanceDirectory directory, string program, string? traceFile = null)
        : base(directory, new ProcessStartInfo(program, traceFile is null ? ["--no-fork"] : ["--no-fork", "--trace-file", traceFile]))
    {
    }

    private protected override int? StopSignal => SigTerm;
}
