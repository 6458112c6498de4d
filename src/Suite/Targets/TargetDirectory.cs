using Conformance.Suite.Documents;

namespace Conformance.Suite.Targets;

/// <summary>One form of target name that can be asked for.</summary>
/// <param name="Name">The name, such as <c>xenstored</c>.</param>
/// <param name="Argument">What follows behind a colon, in capitals, such as <c>PATH</c>; null when nothing does.</param>
/// <param name="Description">One line about it.</param>
/// <param name="Create">Makes the target from the argument, which is empty when there is none.</param>
public sealed record TargetEntry(string Name, string? Argument, string Description, Func<string, ITarget> Create)
{
    /// <summary>How it is written: <c>socket:PATH</c>.</summary>
    public string Form => Argument is null ? Name : $"{Name}:{Argument}";

    /// <summary>An entry for a target without an argument.</summary>
    public static TargetEntry Of(ITarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return new TargetEntry(target.Name, null, target.Description, _ => target);
    }
}

/// <summary>The targets that can be asked for by name.</summary>
public sealed class TargetDirectory(IReadOnlyList<TargetEntry> entries)
{
    /// <summary>The entries in the order in which they are listed.</summary>
    public IReadOnlyList<TargetEntry> Entries => entries;

    /// <summary>The target of that name.</summary>
    /// <exception cref="UnknownTargetException">There is none; the message is one line.</exception>
    public ITarget Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string[] parts = name.Split(':', 2);
        var entry = entries.FirstOrDefault(entry => string.Equals(entry.Name, parts[0], StringComparison.Ordinal));
        if (entry is null)
        {
            string known = string.Join(", ", entries.Select(entry => entry.Form));
            string nearest = Nearest.Find(parts[0], entries.Select(entry => entry.Name)) is { } near ? $"; did you mean {near}?" : "";
            throw new UnknownTargetException($"expected a target ({known}), found '{name}'{nearest}");
        }

        string argument = parts.Length == 2 ? parts[1] : "";
        return (entry.Argument is null) == (parts.Length == 1) && (entry.Argument is null || argument.Length > 0)
            ? entry.Create(argument)
            : throw new UnknownTargetException($"expected a target of the form {entry.Form}, found '{name}'");
    }
}

/// <summary>A target name that means nothing.</summary>
public sealed class UnknownTargetException(string message) : Exception(message);
