namespace Conformance.Reference.Hypervisor;

/// <summary>Why a domain stopped running (<c>SHUTDOWN_*</c>, sched.h).</summary>
public enum ShutdownReason
{
    /// <summary>It powered off.</summary>
    PowerOff = 0,

    /// <summary>It wants to start again.</summary>
    Reboot = 1,

    /// <summary>It is suspended and may be resumed.</summary>
    Suspend = 2,

    /// <summary>It crashed.</summary>
    Crash = 3,

    /// <summary>It did not answer its watchdog.</summary>
    Watchdog = 4,

    /// <summary>It wants its devices and memory reset.</summary>
    SoftReset = 5,
}
