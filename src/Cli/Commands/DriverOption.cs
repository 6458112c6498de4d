using System.CommandLine;
using System.Reflection;
using System.Runtime.CompilerServices;
using Conformance.Exploration.Scenarios;
using Conformance.Suite.Documents;

namespace Conformance.Cli.Commands;

/// <summary><c>--driver FILE</c>: the scenarios of somebody else's assembly in place of ours (docs/explore-your-driver.md).</summary>
internal sealed class DriverOption(CliServices services)
{
    private readonly Option<string?> option = new("--driver") { HelpName = "FILE", Description = "An assembly with drivers of your own, to explore in place of ours" };

    internal Option<string?> Option => option;

    /// <summary>The scenarios to choose from.</summary>
    /// <exception cref="CommandException">The assembly cannot be loaded, or has none.</exception>
    internal IReadOnlyList<IScenario> Scenarios(ParseResult parsed) => parsed.GetValue(option) is { } path ? Load(path) : services.Scenarios;

    /// <summary>The scenario of a name that somebody gave.</summary>
    internal static IScenario Find(IReadOnlyList<IScenario> known, string name)
    {
        string nearest = Nearest.Find(name, known.Select(one => one.Name)) is { } near ? $"; did you mean {near}?" : "";
        return FindExactly(known, name) ?? throw CommandException.BadUsage($"expected a scenario, found '{name}'{nearest}; see `xenconf explore --list`");
    }

    /// <summary>The scenario that a schedule file names: of ours, or of the driver it was found with.</summary>
    internal IScenario FindRecorded(ParseResult parsed, string file, string name)
    {
        var known = Scenarios(parsed);
        return FindExactly(known, name) ?? throw CommandException.BadUsage(parsed.GetValue(option) is { } path
            ? $"{file}: expected a schedule of a driver in {path} ({string.Join(", ", known.Select(one => one.Name))}), found one of '{name}'; name its own assembly with --driver"
            : $"{file}: expected a schedule of one of our scenarios, found one of '{name}'; if it is of a driver of your own, name its assembly with --driver");
    }

    private static IScenario? FindExactly(IReadOnlyList<IScenario> known, string name) =>
        known.FirstOrDefault(one => string.Equals(one.Name, name, StringComparison.OrdinalIgnoreCase));

    private static bool CanBeMade(Type type) =>
        type.IsAssignableTo(typeof(IScenario)) && !type.IsAbstract && !type.ContainsGenericParameters && type.GetConstructor([]) is not null && !type.IsDefined(typeof(RequiredMemberAttribute));

    private static List<IScenario> Load(string path)
    {
        if (path.Length == 0)
        {
            throw CommandException.BadUsage("expected an assembly after --driver, found an empty name");
        }

        List<IScenario> found;
        try
        {
            found = [.. Assembly.LoadFrom(Path.GetFullPath(path)).GetExportedTypes()
                .Where(CanBeMade)
                .OrderBy(type => type.FullName, StringComparer.Ordinal)
                .Select(type => (IScenario)Activator.CreateInstance(type)!)];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or BadImageFormatException or TypeLoadException or MissingMemberException)
        {
            throw CommandException.BadUsage($"{path}: expected a .NET assembly built against this version, found none that can be loaded: {fault.Message}");
        }
        catch (TargetInvocationException fault)
        {
            throw CommandException.BadUsage($"{path}: expected drivers that can be made, one fails at once: {fault.InnerException?.Message}");
        }

        foreach (var same in found.GroupBy(static one => one.Name, StringComparer.OrdinalIgnoreCase))
        {
            // Its name is asked for on the command line, and is that of the file that a failing order is kept in.
            if (same.Key.Length == 0 || same.Key.IndexOfAny(Path.GetInvalidFileNameChars()) >= 0)
            {
                throw CommandException.BadUsage($"{path}: expected scenarios whose names can be those of files, found '{same.Key}' of {same.First().GetType().FullName}; give it another");
            }

            if (same.Count() > 1)
            {
                throw CommandException.BadUsage($"{path}: expected scenarios of different names, found '{same.Key}' of {string.Join(" and ", same.Select(static one => one.GetType().FullName))}; give one of them another");
            }
        }

        return found.Count > 0
            ? found
            : throw CommandException.BadUsage($"{path}: expected a public class that derives from FrontExperiment or implements IScenario, and has a constructor without parameters, found none");
    }
}
