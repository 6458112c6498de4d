using Conformance.Cli;

namespace Conformance.Tests.Unit.Cli;

/// <summary><c>xenconf demo</c> as its callers see it.</summary>
public sealed class DemoTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("conformance-demo-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("mainline", "mainline")]
    [InlineData("seed2010", "seed2010")]
    [InlineData("legacy", "mainline")]
    public async Task Demo_ShowsBothStatesSideBySide_AndEveryByteComesBack(string front, string back)
    {
        var run = await RunAsync("demo", "--front", front, "--back", back, "--seed", "3");

        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.StartsWith("front         back          who         what\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("Connected     Connected     user        finds what was written before the unplug", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^(Closed|-) +(Closed|-) +back +is closed$", run.Output);
        Assert.EndsWith("every byte came back, before and after the unplug\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_WithTheSameSeed_ShowsTheSame() =>
        Assert.Equal((await RunAsync("demo", "--seed", "5")).Output, (await RunAsync("demo", "--seed", "5")).Output);

    [Fact]
    public async Task Demo_OnAnImage_LeavesItAsItWas_AndWritesTheTrace()
    {
        string image = Path.Combine(folder, "disk.img");
        string trace = Path.Combine(folder, "trace.jsonl");
        byte[] content = new byte[3 << 20];
        new Random(1).NextBytes(content);
        await File.WriteAllBytesAsync(image, content);

        var run = await RunAsync("demo", image, "--trace", trace);

        Assert.Equal(0, run.Code);
        Assert.Equal(content, await File.ReadAllBytesAsync(image));
        Assert.Contains(await File.ReadAllLinesAsync(trace), line => line.Contains("\"step\":\"F8\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Demo_OfAnImageThatIsNotThere_Exits5_WithOneLineThatHelps()
    {
        var run = await RunAsync("demo", "/nowhere/disk.img");

        Assert.Equal((5, ""), (run.Code, run.Output));
        Assert.Equal("xenconf: expected a disk image or block device, found nothing at '/nowhere/disk.img'; make one with `truncate -s 16M /nowhere/disk.img`\n", run.Error);
    }

    [Fact]
    public async Task Demo_OfAnImageThatIsTooSmall_Exits3_AndShowsWhichEndFailedWhere()
    {
        string image = Path.Combine(folder, "tiny.img");
        await File.WriteAllTextAsync(image, "x");

        var run = await RunAsync("demo", image, "--seed", "1");

        Assert.Equal(3, run.Code);
        Assert.Matches("back +opens the medium: EINVAL, expected .*sector", run.Output);
        Assert.Matches(@"the disk did not come up: expected disk 51712 to connect, got a front that is \w+ and a back that is Closed with error '22 expected", run.Output);
        Assert.Equal("x", await File.ReadAllTextAsync(image));
    }

    [Theory]
    [InlineData("demo --seed x", "expected a whole number for --seed, found 'x'; see `xenconf demo --help`")]
    [InlineData("demo /", "expected a disk image or block device, found a directory at '/'; name a file in it")]
    public async Task Demo_OfBadInput_Exits5_WithOneLineThatHelps(string line, string error)
    {
        var run = await RunAsync(line.Split(' '));

        Assert.Equal((5, "", $"xenconf: {error}\n"), (run.Code, run.Output, run.Error));
    }

    [Fact]
    public async Task Demo_OfAnUnknownProfile_Exits5_AndNamesTheOnesThereAre()
    {
        var run = await RunAsync("demo", "--front", "bogus");

        Assert.Equal(5, run.Code);
        Assert.Equal("xenconf: expected mainline, seed2010 or legacy for --front, found 'bogus'; see `xenconf demo --help`\n", run.Error);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await new Application(CliServices.Plain(output, error)).RunAsync(args, CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }
}
