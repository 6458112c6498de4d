using Conformance.Tests.Zoo.Machinery;
using Xunit;

namespace Conformance.Tests.Zoo;

/// <summary>A diff that does not fit says so instead of changing something else.</summary>
public sealed class FilePatchTests
{
    private const string Source = "one\ntwo\nthree\ntwo\n";

    [Fact]
    public void Apply_ReplacesTheLinesThatStandOnce() =>
        Assert.Equal("one\n2\nthree\ntwo\n", Patch(" one", "-two", "+2", " three").Apply(Source));

    [Fact]
    public void Apply_OfLinesThatStandNowhere_SaysWhatToDo()
    {
        var stale = Assert.Throws<FormatException>(() => Patch("-four", "+4").Apply(Source));

        Assert.StartsWith("a/file.cs: expected these lines in the file, found them nowhere", stale.Message, StringComparison.Ordinal);
        Assert.Contains("make the diff again", stale.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_OfLinesThatStandTwice_AsksForMoreOfThem() =>
        Assert.Contains("more lines around", Assert.Throws<FormatException>(() => Patch("-two", "+2").Apply(Source)).Message, StringComparison.Ordinal);

    [Fact]
    public void Mutant_WithoutItsHeader_NamesTheMissingLine() =>
        Assert.Contains("'kills: …'", Assert.Throws<FormatException>(() => Mutant.Parse("store", "m", "title: t\nfamily: f\n--- a/x\n+++ b/x\n@@\n-a\n+b\n")).Message, StringComparison.Ordinal);

    private static FilePatch Patch(params string[] lines) =>
        FilePatch.ParseAll("m", ["--- a/file.cs", "+++ b/a/file.cs", "@@ -1 +1 @@", .. lines])[0];
}
