namespace Conformance.Cli.Commands;

/// <summary>Files that a command writes.</summary>
internal static class OutputFile
{
    /// <summary>Creates one, or says in one line why it cannot be written.</summary>
    /// <exception cref="CommandException">It cannot be written.</exception>
    public static StreamWriter Create(string file)
    {
        try
        {
            return new StreamWriter(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw CommandException.BadUsage($"expected a file to write the trace to, found '{file}': {failure.Message}");
        }
    }
}
