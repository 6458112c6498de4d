using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Conformance.Cli;

/// <summary>The usual help, and examples below it.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    private const int Width = 80;

    private static readonly string[] ExitCodes =
    [
        "0  the target conforms, or the command did what it should",
        "3  the target does not conform",
        "4  nothing was tested, or the run could not tell",
        "5  bad usage",
        "6  the target is not available",
        "7  internal error",
    ];

    private static readonly Dictionary<string, string[]> Examples = new()
    {
        ["xenconf"] =
        [
            "xenconf demo                          watch a disk come up, be used, and go",
            "xenconf certify                       certify the embedded reference",
            "xenconf certify xenstored             certify the real C daemon",
            "xenconf model check                   explore every state of the formal models",
            "xenconf list --clauses 'XS-07*'       clauses, and the cases that check them",
            "xenconf explore I-00                  the attach, in every order",
            "xenconf targets                       whom can be asked here",
        ],
        ["certify"] =
        [
            "xenconf certify",
            "xenconf certify oxenstored --jobs 4",
            "xenconf certify socket:/run/xenstored/socket --clauses 'XS-04*'",
            "xenconf certify xenstored --family XS --severity critical",
            "xenconf certify xenstored --case '*/ring' --seed 42 --out /tmp/report",
            "xenconf certify socket:/run/mine/socket --expected known.md",
        ],
        ["list"] = ["xenconf list", "xenconf list --clauses 'XS-*'", "xenconf list --family XS --severity critical --json"],
        ["model"] = ["xenconf model check", "xenconf model list", "xenconf model matrix", "xenconf model draw both"],
        ["check"] =
        [
            "xenconf model check",
            "xenconf model check connection/removal --threads 1",
            "xenconf model check 'connection/*' --bounds large --memory 16000",
            "xenconf model check ring/tso --chart lost.svg --json",
        ],
        ["draw"] = ["xenconf model draw front", "xenconf model draw both --format svg --out states.svg", "xenconf model draw both --model connection/crash", "xenconf model draw protocol"],
        ["matrix"] = ["xenconf model matrix", "xenconf model matrix --front linux --back qemu", "xenconf model matrix --out matrix.md"],
        ["targets"] = ["xenconf targets", "xenconf targets --json"],
        ["demo"] =
        [
            "xenconf demo",
            "xenconf demo disk.img --front legacy --back seed2010",
            "xenconf demo --seed 7 --trace /tmp/demo.jsonl",
        ],
        ["explore"] =
        [
            "xenconf explore --list",
            "xenconf explore I-00 --bounds delays=2,seconds=60",
            "xenconf explore --all --out /tmp/failures",
            "xenconf explore --all --first --bounds delays=2,outcomes=2,schedules=100 --threads 1",
            "xenconf explore --driver my-driver.dll my-front",
            "xenconf explore I-00 --coyote pct --iterations 1000 --seed 7",
        ],
        ["replay"] =
        [
            "xenconf replay out/explore/I-00.schedule.json --verbose",
            "xenconf replay out/explore/I-00.schedule.json --chart /tmp/chart.svg",
        ],
        ["store"] = ["xenconf store serve --socket /tmp/xs.sock"],
        ["serve"] =
        [
            "xenconf store serve --socket /tmp/xs.sock",
            "xenconf store serve --socket /tmp/xs.sock --trace /tmp/xs.jsonl",
            "XENSTORED_PATH=/tmp/xs.sock xenstore-ls      in another terminal",
        ],
        ["judge"] =
        [
            "xenconf judge /tmp/demo.jsonl",
            "xenconf judge /tmp/demo.jsonl --front linux --back qemu",
            "xenconf judge /var/log/xen/xenstored-trace.log --format xenstored",
            "xenconf judge /var/log/xen/xenstored-access.log --json",
        ],
        ["report"] =
        [
            "xenconf report out/xenstored/report.json --out /tmp/page",
            "xenconf report out/reference/report.json out/xenstored/report.json --out /tmp/x",
        ],
        ["completion"] =
        [
            "source <(xenconf completion bash)",
            "xenconf completion zsh > \"${fpath[1]}/_xenconf\"",
            "xenconf completion fish > ~/.config/fish/completions/xenconf.fish",
        ],
    };

    public override int Invoke(ParseResult parseResult)
    {
        int result = WriteUsual(parseResult);
        var command = parseResult.CommandResult.Command;
        var output = parseResult.InvocationConfiguration.Output;
        if (Examples.TryGetValue(command is RootCommand ? "xenconf" : command.Name, out string[]? examples))
        {
            output.WriteLine("Examples:");
            foreach (string example in examples)
            {
                output.WriteLine($"  {example}");
            }

            output.WriteLine();
        }

        output.WriteLine("Exit codes:");
        foreach (string code in ExitCodes)
        {
            output.WriteLine($"  {code}");
        }

        return result;
    }

    // The library pads its last column with spaces.
    private int WriteUsual(ParseResult parseResult)
    {
        var configuration = parseResult.InvocationConfiguration;
        var output = configuration.Output;
        using var text = new StringWriter();
        configuration.Output = text;
        usual.MaxWidth = Width;
        int result = usual.Invoke(parseResult);
        configuration.Output = output;
        foreach (string line in text.ToString().TrimEnd().Split(Environment.NewLine))
        {
            output.WriteLine(line.TrimEnd());
        }

        output.WriteLine();
        return result;
    }
}
