using System.Runtime.CompilerServices;
using Conformance.Model.Connection;
using Conformance.Model.Pictures;

namespace Conformance.Tests.Model.Pictures;

public sealed class ProtocolPageTests
{
    [Fact]
    public void TheCommittedPage_IsWhatTheModelsSay()
    {
        string page = ProtocolPage.Write(ConnectionProduct.Of(Obligations.Systems));
        string committed = File.ReadAllText(Path.Combine(Root(), "docs", "protocol.md"));

        Assert.True(page == committed, $"docs/protocol.md is stale; make it again with `{ProtocolPage.Command}`");
    }

    [Fact]
    public void EveryDisagreement_HasALine()
    {
        Assert.Equal(Enumerable.Range(1, 18).Select(number => $"D-{number}"), Disagreement.All.Select(one => one.Id).Distinct());
        Assert.Equal("stay in init wait", Disagreement.All.Single(one => one.Id == "D-17").Answer(Dialects.Reference with { BackAttachFailure = BackAttachFailure.StayInInitWait }));
    }

    [Fact]
    public void EveryDisagreement_DividesTheDialects_UnlessNoDeployedOneDiffers() =>
        Assert.Equal(
            ["D-2", "D-4"],
            Disagreement.All.Where(one => Dialects.All.Select(one.Answer).Distinct().Count() == 1).Select(one => one.Id));

    private static string Root([CallerFilePath] string own = "")
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(own)!);
        while (!File.Exists(Path.Combine(folder.FullName, "Conformance.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException($"no Conformance.sln above {own}");
        }

        return folder.FullName;
    }
}
