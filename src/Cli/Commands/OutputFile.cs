namespace Conformance.Cli.Commands;

/// <summary>Files that a command writes.</summary>
internal static class OutputFile
{
    /// <summary>Creates one, or says in one line why it cannot be written.</summary>
    /// <param name="file">Where.</param>
    /// <param name="content">What it is for, such as <c>the trace</c>.</param>
    /// <exception cref="CommandException">It cannot be written.</exception>
    public static StreamWriter Create(string file, string content)
    {
        try
        {
            return new StreamWriter(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw CommandException.BadUsage($"expected a file to write {content} to, found '{file}': {failure.Message.TrimEnd('.')}; name another");
        }
    }
}
