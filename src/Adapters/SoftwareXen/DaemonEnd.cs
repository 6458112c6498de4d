namespace Conformance.Adapters.SoftwareXen;

/// <summary>How a daemon ended.</summary>
/// <param name="ExitCode">Its exit status; 128 and more when a signal ended it.</param>
public readonly record struct DaemonEnd(int ExitCode)
{
    /// <summary>The signal that ended it, or null.</summary>
    public int? Signal => ExitCode > 128 ? ExitCode - 128 : null;

    /// <inheritdoc/>
    public override string ToString() => Signal switch
    {
        null => $"exit status {ExitCode}",
        6 => "signal 6 (SIGABRT)",
        9 => "signal 9 (SIGKILL)",
        11 => "signal 11 (SIGSEGV)",
        15 => "signal 15 (SIGTERM)",
        int other => $"signal {other}",
    };
}
