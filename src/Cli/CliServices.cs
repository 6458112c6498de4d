using Conformance.Adapters;
using Conformance.Exploration.Scenarios;
using Conformance.Model.Clauses;
using Conformance.Suite.Cases;
using Conformance.Suite.Coverage;
using Conformance.Suite.Targets;
using Spectre.Console;

namespace Conformance.Cli;

/// <summary>What the commands use of the world; tests put other things in its place.</summary>
public sealed record CliServices
{
    // What is written to a file or a pipe is read in a terminal of the usual width later.
    private const int PlainWidth = 80;

    /// <summary>Whom can be asked.</summary>
    public TargetDirectory Targets { get; init; } = TargetCatalogue.All;

    /// <summary>What can be asked.</summary>
    public Lazy<CaseCatalogue> Cases { get; init; } = new(() => CaseCatalogue.Default);

    /// <summary>What can be explored.</summary>
    public IReadOnlyList<IScenario> Scenarios { get; init; } = ScenarioCatalogue.All;

    /// <summary>What is required.</summary>
    public Lazy<ClauseCatalogue> Clauses { get; init; } = new(() => ClauseCatalogue.Default);

    /// <summary>What is required and not asked, and why.</summary>
    public Lazy<Uncovered> Uncovered { get; init; } = new(() => Suite.Coverage.Uncovered.Default);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Makes a seed when none is given.</summary>
    public Func<int> NewSeed { get; init; } = () => Random.Shared.Next();

    /// <summary>Where results go.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Where errors and progress go.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Whether results are shown in colour.</summary>
    public bool HasColour { get; init; }

    /// <summary>Whether somebody watches standard error, so that progress is worth showing.</summary>
    public bool ShowsProgress { get; init; }

    /// <summary>The width of the output in characters.</summary>
    public int Width { get; init; } = PlainWidth;

    /// <summary>The console of this process.</summary>
    public static CliServices OfThisMachine(TextWriter output, TextWriter error)
    {
        bool noColour = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            || Environment.GetEnvironmentVariable("TERM") is "dumb";
        return new CliServices
        {
            Output = output,
            Error = error,
            HasColour = !Console.IsOutputRedirected && !noColour,
            ShowsProgress = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb"),
            Width = Console.IsOutputRedirected ? PlainWidth : Math.Clamp(Console.WindowWidth, 60, 160),
        };
    }

    /// <summary>Plain text, for files, pipes and tests.</summary>
    public static CliServices Plain(TextWriter output, TextWriter error) => new() { Output = output, Error = error };

    /// <summary>The output as a console that knows colours and tables.</summary>
    public IAnsiConsole CreateConsole()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = HasColour ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = HasColour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(Output),
        });
        console.Profile.Width = Width;
        return console;
    }
}
