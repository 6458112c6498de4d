namespace Conformance.Model.Protocol.Control;

/// <summary>What a tool stack asks of a guest in <c>control/shutdown</c> (CT-001; xenstore-paths).</summary>
public enum ShutdownCommand
{
    /// <summary>Nothing, or nothing that is known: not acted upon and not acknowledged (CT-002, CT-005).</summary>
    None,

    /// <summary>End, and do not start again.</summary>
    PowerOff,

    /// <summary>End, and start again.</summary>
    Reboot,

    /// <summary>Stop the operating system; here, as in most guests, the same as <see cref="PowerOff"/>.</summary>
    Halt,

    /// <summary>Stand still until the tool stack lets it go on, here or elsewhere.</summary>
    Suspend,

    /// <summary>End as one that crashed.</summary>
    Crash,
}

/// <summary>The words for commands.</summary>
public static class ShutdownCommands
{
    /// <summary>Reads a command; anything else, the empty string too, is <see cref="ShutdownCommand.None"/>.</summary>
    public static ShutdownCommand Parse(ReadOnlySpan<byte> text) =>
        text.SequenceEqual("poweroff"u8) ? ShutdownCommand.PowerOff
        : text.SequenceEqual("reboot"u8) ? ShutdownCommand.Reboot
        : text.SequenceEqual("halt"u8) ? ShutdownCommand.Halt
        : text.SequenceEqual("suspend"u8) ? ShutdownCommand.Suspend
        : text.SequenceEqual("crash"u8) ? ShutdownCommand.Crash
        : ShutdownCommand.None;

    /// <summary>The word for a command; empty for none, which is also what acknowledges one (CT-003).</summary>
    public static string Word(this ShutdownCommand command) => command switch
    {
        ShutdownCommand.PowerOff => "poweroff",
        ShutdownCommand.Reboot => "reboot",
        ShutdownCommand.Halt => "halt",
        ShutdownCommand.Suspend => "suspend",
        ShutdownCommand.Crash => "crash",
        _ => string.Empty,
    };
}
