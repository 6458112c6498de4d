namespace Conformance.Cli;

/// <summary>What the program tells its caller.</summary>
public enum ExitCode
{
    /// <summary>The target conforms, or the command did what it should.</summary>
    Conforms = 0,

    /// <summary>The target does not conform.</summary>
    DoesNotConform = 3,

    /// <summary>Nothing was tested, or the run could not tell.</summary>
    Inconclusive = 4,

    /// <summary>The command line or a file it names makes no sense.</summary>
    BadUsage = 5,

    /// <summary>The target cannot be used on this machine, or cannot be reached.</summary>
    TargetNotAvailable = 6,

    /// <summary>The program itself failed.</summary>
    InternalError = 7,
}

/// <summary>Ends a command with a code and one line on standard error.</summary>
public sealed class CommandException(ExitCode code, string message) : Exception(message)
{
    /// <summary>The exit code.</summary>
    public ExitCode Code { get; } = code;

    /// <summary>Something that was given makes no sense.</summary>
    /// <param name="message">One line: what was expected, what came, where, and what to do.</param>
    public static CommandException BadUsage(string message) => new(ExitCode.BadUsage, message);
}
