using System.Text.Json;
using Conformance.Cli;

namespace Conformance.Tests.Unit.Judging;

/// <summary><c>xenconf judge</c> as its callers see it.</summary>
public sealed class JudgeCommandTests : IDisposable
{
    private static readonly string Log = Path.Combine(AppContext.BaseDirectory, "Judging", "Data", "oxenstored-access.log");

    private readonly string folder = Directory.CreateTempSubdirectory("conformance-judge-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task AnAcceptedLog_Exits0_AndSaysWhatWasJudged()
    {
        var (code, output, error) = await RunAsync("judge", Log);

        Assert.Equal((0, ""), (code, error));
        Assert.Contains("accepted, ends Gone", output, StringComparison.Ordinal);
        Assert.Contains("ignored: watches and their events", output, StringComparison.Ordinal);
        Assert.EndsWith("accepted: 1 connection\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARejectedLog_Exits3_WithLine_Clause_Blame_AndWhatWasAllowed()
    {
        string[] lines = await File.ReadAllLinesAsync(Log);
        int at = Array.FindIndex(lines, line => line.EndsWith("/device/vbd/51712/state 3", StringComparison.Ordinal));
        string broken = await WriteAsync([.. lines[..at], .. lines[(at + 1)..]]);

        var (code, output, _) = await RunAsync("judge", broken);

        Assert.Equal(3, code);
        Assert.Contains("XB-051, back: expected a step of /local/domain/0/backend/vbd/5/51712 from InitWait", output, StringComparison.Ordinal);
        Assert.Contains("allowed there: front: the front's state to Initialised", output, StringComparison.Ordinal);
        Assert.Matches($@"first bad step \d+, line {at + 9}: dom0/3 W ", output);
    }

    [Fact]
    public async Task Json_HasTheSame()
    {
        var (code, output, _) = await RunAsync("judge", Log, "--json");

        using var json = JsonDocument.Parse(output);
        Assert.Equal(0, code);
        Assert.Equal("accepted", json.RootElement.GetProperty("verdict").GetString());
        Assert.Equal("Gone", json.RootElement.GetProperty("connections")[0].GetProperty("end").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{"time":0,"actor":"dom0/1","generation":0,"step":"R","object":"/vm","args":{},"result":"OK"}""")]
    public async Task NothingToJudge_Exits4(string content)
    {
        var (code, output, _) = await RunAsync("judge", await WriteAsync([content]));

        Assert.Equal(4, code);
        Assert.Contains("nothing judged", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("judge /nowhere/trace", "expected a file that can be read, found '/nowhere/trace': there is no such file")]
    [InlineData("judge LOG --format json", "expected one of auto, trace, xenstored, oxenstored for --format, found 'json'; see `xenconf judge --help`")]
    [InlineData("judge LOG --front linx", "expected one of any, reference, linux, freebsd2010, freebsd, qemu, netbsd for --front, found 'linx'; did you mean linux? see `xenconf judge --help`")]
    [InlineData("judge LOG --format xenstored", "LOG: expected lines such as 'IN 0x… 20240131 12:00:00 WRITE (…)' of xenstored's trace file, found none")]
    public async Task BadUsage_Exits5_WithOneLine(string command, string message)
    {
        var (code, output, error) = await RunAsync(command.Replace("LOG", Log, StringComparison.Ordinal).Split(' '));

        Assert.Equal((5, "", $"xenconf: {message.Replace("LOG", Log, StringComparison.Ordinal)}\n"), (code, output, error));
    }

    private async Task<string> WriteAsync(IReadOnlyList<string> lines)
    {
        string path = Path.Combine(folder, "trace");
        await File.WriteAllLinesAsync(path, lines);
        return path;
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await new Application(CliServices.Plain(output, error)).RunAsync(arguments, CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }
}
