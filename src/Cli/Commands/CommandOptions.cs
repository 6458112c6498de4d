using System.CommandLine;
using System.Globalization;
using Conformance.Model.Clauses;
using Conformance.Suite.Documents;
using Conformance.Suite.Running;

namespace Conformance.Cli.Commands;

/// <summary>Options that several commands share, and ways to read values with one clear line for bad ones.</summary>
internal static class CommandOptions
{
    private static readonly string[] Severities = [.. Enum.GetNames<Severity>().Select(name => name.ToLowerInvariant())];

    /// <summary><c>--clauses GLOB</c>.</summary>
    public static Option<string[]> Clauses() => Patterns("--clauses", "Clauses, such as 'XS-07*'; may be given more than once");

    /// <summary><c>--case GLOB</c>.</summary>
    public static Option<string[]> Cases() => Patterns("--case", "Cases, such as '*/ring'; may be given more than once");

    /// <summary><c>--family F</c>.</summary>
    public static Option<string?> Family() => new("--family")
    {
        HelpName = "F",
        Description = "A family of clauses, such as XS",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            string[] families = [.. ClauseCatalogue.Default.All.Select(clause => clause.Id.Family).Distinct()];
            if (families.FirstOrDefault(family => string.Equals(family, text, StringComparison.OrdinalIgnoreCase)) is { } known)
            {
                return known;
            }

            result.AddError($"expected a family ({string.Join(", ", families)}) for --family, found '{text}'");
            return null;
        },
    };

    /// <summary><c>--severity S</c>.</summary>
    public static Option<Severity?> Severity() => new("--severity")
    {
        HelpName = "S",
        Description = "Clauses of that severity: critical, high, medium or low",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            int index = Array.IndexOf(Severities, text.ToLowerInvariant());
            if (index >= 0)
            {
                return (Severity)index;
            }

            string nearest = Nearest.Find(text, Severities) is { } near ? $"; did you mean {near}?" : "";
            result.AddError($"expected a severity ({string.Join(", ", Severities)}) for --severity, found '{text}'{nearest}");
            return null;
        },
    };

    /// <summary><c>--json</c>.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print JSON instead of text" };

    /// <summary>An option with a whole number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public static Option<int?> Number(string name, string description, int least, int most) => new(name)
    {
        HelpName = "N",
        Description = description,
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
                && number >= least && number <= most)
            {
                return number;
            }

            result.AddError($"expected a whole number from {least} to {most} for {name}, found '{result.Tokens[0].Value}'");
            return null;
        },
    };

    /// <summary>An option with a time in seconds.</summary>
    public static Option<TimeSpan?> Seconds(string name, string description, double most) => new(name)
    {
        HelpName = "SECONDS",
        Description = description,
        CustomParser = result =>
        {
            if (double.TryParse(result.Tokens[0].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)
                && seconds > 0 && seconds <= most)
            {
                return TimeSpan.FromSeconds(seconds);
            }

            result.AddError(string.Create(CultureInfo.InvariantCulture,
                $"expected a number of seconds above 0 and up to {most} for {name}, found '{result.Tokens[0].Value}'"));
            return null;
        },
    };

    private static Option<string[]> Patterns(string name, string description)
    {
        var option = new Option<string[]>(name)
        {
            HelpName = "GLOB",
            Description = description,
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Select(token => token.Value).FirstOrDefault(pattern => !Selection.IsPattern(pattern)) is { } bad)
            {
                result.AddError($"expected letters, digits, '-', '/', * and ? for {name}, found '{bad}'; give the option once for each pattern");
            }
        });
        return option;
    }

    /// <summary>The selection that the shared options make.</summary>
    public static Selection Select(string[]? clauses, string[]? cases, string? family, Severity? severity) => new()
    {
        Clauses = clauses ?? [],
        Cases = cases ?? [],
        Family = family,
        Severity = severity,
    };

    /// <summary>Does something that writes to a folder that somebody named.</summary>
    /// <exception cref="CommandException">The folder cannot be written to.</exception>
    public static T WriteInto<T>(string folder, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw CommandException.BadUsage($"expected a folder to write to, found '{folder}': {failure.Message.TrimEnd('.')}; choose another with --out");
        }
    }

    /// <summary>Reads a file that somebody named.</summary>
    /// <exception cref="CommandException">It cannot be read.</exception>
    public static string ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            string reason = File.Exists(path) ? failure.Message : Directory.Exists(path) ? "it is a folder" : "there is no such file";
            throw CommandException.BadUsage($"expected a file that can be read, found '{path}': {reason}");
        }
    }
}
