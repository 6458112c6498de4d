namespace Conformance.Model.Trace;

/// <summary>
/// The phases of a guest's control driver, as a trace carries them and a deviation plan names them: a suspend goes down from
/// <see cref="Freeze"/> and comes up in a new world or in the old one (CT-010 to CT-013).
/// </summary>
public static class ControlStep
{
    /// <summary>Says what it can do.</summary>
    public const string Announce = "C0";

    /// <summary>Takes a command.</summary>
    public const string TakeCommand = "C1";

    /// <summary>Stops what must not run during a suspend.</summary>
    public const string Freeze = "C2";

    /// <summary>Suspends the devices, each of which may refuse.</summary>
    public const string SuspendDevices = "C3";

    /// <summary>Suspends the client of the store.</summary>
    public const string SuspendStore = "C4";

    /// <summary>Masks interrupts.</summary>
    public const string MaskInterrupts = "C5";

    /// <summary>Saves the state of grants.</summary>
    public const string SaveGrants = "C6";

    /// <summary>Stands still.</summary>
    public const string Suspend = "C7";

    /// <summary>Takes up the shared info page of a new host.</summary>
    public const string RebuildSharedInfo = "C8";

    /// <summary>Makes events work again.</summary>
    public const string RebuildEvents = "C9";

    /// <summary>Sets the grant table up again.</summary>
    public const string RebuildGrants = "C10";

    /// <summary>Finds the console again.</summary>
    public const string FindConsole = "C11";

    /// <summary>Sets the clock by that of the new host.</summary>
    public const string SetClock = "C12";

    /// <summary>Unmasks interrupts.</summary>
    public const string UnmaskInterrupts = "C13";

    /// <summary>Connects to the store again.</summary>
    public const string ReconnectStore = "C14";

    /// <summary>Resumes the devices.</summary>
    public const string ResumeDevices = "C15";

    /// <summary>A cancelled suspend: the client of the store goes on.</summary>
    public const string CancelStore = "C16";

    /// <summary>A cancelled or refused suspend: the devices go on.</summary>
    public const string CancelDevices = "C17";

    /// <summary>Lets go on what was stopped.</summary>
    public const string Thaw = "C18";

    /// <summary>Ends what runs, and closes the devices.</summary>
    public const string End = "C20";

    /// <summary>Ends the domain.</summary>
    public const string Shutdown = "C21";
}
