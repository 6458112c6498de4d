using System.CommandLine;
using System.Globalization;
using Conformance.Cli.Demo;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Fibers;
using Conformance.Suite.Evidence;

namespace Conformance.Cli.Commands;

/// <summary><c>xenconf demo</c>: the reference front against the reference back over a disk image, step by step.</summary>
internal sealed class DemoCommand(CliServices services)
{
    private const long FreshImageBytes = 16 << 20;

    private readonly Argument<string?> image = new("image")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "A disk image or block device; its first MiB is written and put back. A fresh one of 16 MiB when not given",
    };

    private readonly Option<string> front = new("--front") { HelpName = "PROFILE", Description = "What the front speaks: mainline, seed2010 or legacy", DefaultValueFactory = _ => "mainline" };
    private readonly Option<string> back = new("--back") { HelpName = "PROFILE", Description = "What the back speaks: mainline, seed2010 or legacy", DefaultValueFactory = _ => "mainline" };
    private readonly Option<string?> seed = new("--seed") { HelpName = "N", Description = "Order the steps by chance from this seed, in virtual time, instead of running in real time" };
    private readonly Option<string?> trace = new("--trace") { HelpName = "FILE", Description = "Write each step as a JSON line (docs/trace.md)" };

    public Command Create()
    {
        var demo = new Command("demo", "Attaches a disk, uses it, unplugs it and plugs it in again, and shows the exchange as it happens.") { image, front, back, seed, trace };
        demo.SetAction(Run);
        return demo;
    }

    private int Run(ParseResult parsed)
    {
        string? given = parsed.GetValue(image);
        string path = given is null ? Path.Combine(Path.GetTempPath(), $"xenconf-{Guid.NewGuid():N}.img") : Path.GetFullPath(given);
        if (given is not null && Directory.Exists(path))
        {
            throw CommandException.BadUsage($"expected a disk image or block device, found a directory at '{given}'; name a file in it");
        }

        if (given is not null && !File.Exists(path))
        {
            throw CommandException.BadUsage($"expected a disk image or block device, found nothing at '{given}'; make one with `truncate -s 16M {given}`");
        }

        using var sink = parsed.GetValue(trace) is { } file ? new TraceWriter(OutputFile.Create(file, "the trace")) : null;
        try
        {
            if (given is null)
            {
                using var fresh = File.Create(path);
                fresh.SetLength(FreshImageBytes);
            }

            using var kept = given is null ? null : KeptContent.Of(path, DiskDemo.Bytes);
            return RunOn(path, parsed, sink);
        }
        finally
        {
            if (given is null)
            {
                File.Delete(path);
            }
        }
    }

    private int RunOn(string path, ParseResult parsed, TraceWriter? sink)
    {
        var options = new BlockMachineOptions
        {
            Front = FrontSettings.For(ProfileOf(front, parsed)) with { Queues = 1 },
            Back = BackSettings.For(ProfileOf(back, parsed)),
        };
        var stepped = parsed.GetValue(seed) is { } text ? new SteppedDriver(new SeededChoices(SeedOf(text))) : null;
        var loop = stepped is null ? new LoopDriver(services.Time) : null;
        var demo = new DiskDemo((FiberDriver?)stepped ?? loop!, options, path, services.Output, sink);
        try
        {
            stepped?.Run(demo.RunAsync);
            loop?.Run(demo.RunAsync);
        }
        catch (FiberFailedException failed) when (failed.InnerException is DiskNotConnectedException stuck)
        {
            services.Output.WriteLine();
            services.Output.WriteLine($"the disk did not come up: {stuck.Message}");
            return (int)ExitCode.DoesNotConform;
        }

        services.Output.WriteLine();
        services.Output.WriteLine(demo.IsIntact
            ? string.Create(CultureInfo.InvariantCulture, $"{options.Front.Profile} front and {options.Back.Profile} back: every byte came back, before and after the unplug")
            : "the disk did not do what was asked of it");
        return (int)(demo.IsIntact ? ExitCode.Conforms : ExitCode.DoesNotConform);
    }

    private static ulong SeedOf(string text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)
        ? seed
        : throw CommandException.BadUsage($"expected a whole number for --seed, found '{text}'; see `xenconf demo --help`");

    private static BlockProfile ProfileOf(Option<string> option, ParseResult parsed) => parsed.GetValue(option) switch
    {
        "mainline" => BlockProfile.Mainline,
        "seed2010" => BlockProfile.Seed2010,
        "legacy" => BlockProfile.Legacy,
        var other => throw CommandException.BadUsage($"expected mainline, seed2010 or legacy for {option.Name}, found '{other}'; see `xenconf demo --help`"),
    };
}
