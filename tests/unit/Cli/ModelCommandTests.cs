using System.Text.Json;
using Conformance.Cli;

namespace Conformance.Tests.Unit.Cli;

public sealed class ModelCommandTests
{
    [Fact]
    public async Task Check_PrintsALineAModel_AndThatEverythingHolds()
    {
        var (code, output, _) = await RunAsync("model", "check", "connection/death", "--threads", "1");

        Assert.Equal(0, code);
        Assert.Matches(@"(?m)^connection/death +[0-9,]+ +[0-9,]+ +\d+ +[0-9,]+  \d+ hold$", output);
        Assert.Contains("1 model, ", output, StringComparison.Ordinal);
        Assert.Contains("every property holds", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_ThatReachesItsBound_SaysSo_AndDecidesNothing()
    {
        var (code, output, _) = await RunAsync("model", "check", "connection/together", "--memory", "16");

        Assert.Equal(4, code);
        Assert.Contains("stopped by", output, StringComparison.Ordinal);
        Assert.Contains("undecided", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_AsJson_HasEveryProperty()
    {
        var (code, output, _) = await RunAsync("model", "check", "connection/attach", "--json");

        Assert.Equal(0, code);
        using var json = JsonDocument.Parse(output);
        var report = json.RootElement[0];
        Assert.Equal("connection/attach", report.GetProperty("model").GetString());
        Assert.All(report.GetProperty("properties").EnumerateArray(), property => Assert.Equal("Holds", property.GetProperty("verdict").GetString()));
    }

    [Theory]
    [InlineData("conection/attach", "did you mean connection/attach?")]
    [InlineData("zzz", "`xenconf model list`")]
    public async Task Check_OfWhatIsNoModel_SaysWhatThereIs(string name, string hint)
    {
        var (code, _, error) = await RunAsync("model", "check", name);

        Assert.Equal(5, code);
        Assert.Contains($"found '{name}'", error, StringComparison.Ordinal);
        Assert.Contains(hint, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expected default or large for --bounds, found 'huge'", "model", "check", "--bounds", "huge")]
    [InlineData("expected a file that ends in .svg, .mmd, .txt for a chart, found 'x.png'", "model", "check", "connection/death", "--chart", "x.png")]
    [InlineData("for --front, found 'linus'; did you mean linux?", "model", "matrix", "--front", "linus")]
    public async Task BadInput_GetsOneLine(string message, params string[] args)
    {
        var (code, _, error) = await RunAsync(args);

        Assert.Equal(5, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task List_NamesEveryModel_WithASentence()
    {
        var (code, output, _) = await RunAsync("model", "list", "connection/*");

        Assert.Equal(0, code);
        Assert.Contains("connection/attach\n    Attach in every order", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Matrix_OfOnePair_SaysWhatItBreaks_AndWritesTheRunsThatShowIt()
    {
        string file = Path.Combine(Path.GetTempPath(), $"xenconf-matrix-{Guid.NewGuid():N}.md");
        try
        {
            var (code, output, _) = await RunAsync("model", "matrix", "--front", "linux", "--back", "reference", "--out", file);

            Assert.Equal(0, code);
            Assert.Contains("linux front with reference back", output, StringComparison.Ordinal);
            Assert.Contains("not so: an attach ends connected or released", output, StringComparison.Ordinal);
            string page = await File.ReadAllTextAsync(file);
            Assert.Contains("| **linux** | safe, 3 stuck |", page, StringComparison.Ordinal);
            Assert.Contains("### no state is stuck", page, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("both", "Initialised_InitWait --> Initialised_Connected : B12")]
    [InlineData("front", "Closed --> Initialising : F25")]
    [InlineData("back", "Closed --> InitWait : B26")]
    public async Task Draw_PrintsWhatTheModelsReach_AsMermaid(string what, string arrow)
    {
        var (code, output, error) = await RunAsync("model", "draw", what, "--model", "connection/reconnect");

        Assert.Equal(0, code);
        Assert.Empty(error);
        Assert.Contains("stateDiagram-v2\n", output, StringComparison.Ordinal);
        Assert.Contains($"    {arrow}\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Draw_WritesAnSvgPicture()
    {
        string file = Path.Combine(Path.GetTempPath(), $"xenconf-draw-{Guid.NewGuid():N}.svg");
        try
        {
            var (code, output, _) = await RunAsync("model", "draw", "both", "--model", "connection/attach", "--format", "svg", "--out", file);

            Assert.Equal(0, code);
            Assert.Empty(output);
            Assert.Equal("svg", System.Xml.Linq.XDocument.Load(file).Root!.Name.LocalName);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("expected one of both, front, back, protocol for what to draw, found 'frnt'; did you mean front?", "frnt")]
    [InlineData("for --format, found 'png'", "front", "--format", "png")]
    [InlineData("for --model, found 'connection/remove'", "front", "--model", "connection/remove")]
    [InlineData("expected no --model and no --format with protocol", "protocol", "--format", "svg")]
    [InlineData("expected a file that can be written, found '/nowhere/at/all.svg'", "front", "--model", "connection/attach", "--out", "/nowhere/at/all.svg")]
    public async Task Draw_OfBadInput_SaysWhatWasExpected(string message, params string[] args)
    {
        var (code, output, error) = await RunAsync(["model", "draw", .. args]);

        Assert.Equal(5, code);
        Assert.Empty(output);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int code = await new Application(CliServices.Plain(output, error)).RunAsync(args, CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }
}
