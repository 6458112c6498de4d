using Conformance.Model.Protocol.XenStore;

namespace Conformance.Tests.Unit.Store.Engine;

public class FeatureTests
{
    [Fact]
    [Trait("Clause", "XS-027")]
    public void Features_AreTheStores_UntilSetForADomain()
    {
        using var store = new Store();
        store.Host.Start(5);
        Assert.Equal("7", store.Control.Ask(XsMessageType.GetFeature, ""));
        Assert.Equal("7", store.Control.Ask(XsMessageType.GetFeature, "\0"));
        Assert.Equal("7", store.Control.Ask(XsMessageType.GetFeature, "5\0"));
        Assert.Equal("OK", store.Control.Ask(XsMessageType.SetFeature, "5\0" + "2\0"));
        Assert.Equal("2", store.Control.Ask(XsMessageType.GetFeature, "5\0"));
        var guest = store.Introduce(5);
        Assert.Equal(XsServerFeatures.Error, guest.Connection.Features);
        Assert.Equal("2", guest.Ask(XsMessageType.GetFeature, "\0"));
        Assert.Equal("EBUSY", store.Control.Ask(XsMessageType.SetFeature, "5\0" + "3\0"));
        Assert.Equal("EBUSY", store.Control.Ask(XsMessageType.SetFeature, "0\0" + "3\0"));
        Assert.Equal("EINVAL", guest.Ask(XsMessageType.Watch, "a\0t\0" + "1\0"));
    }

    [Theory]
    [InlineData(XsMessageType.GetFeature, "x\0", "EINVAL")]
    [InlineData(XsMessageType.GetFeature, "5", "EINVAL")]
    [InlineData(XsMessageType.GetFeature, "6\0", "ENOENT")]
    [InlineData(XsMessageType.SetFeature, "", "EINVAL")]
    [InlineData(XsMessageType.SetFeature, "5\0", "EINVAL")]
    [InlineData(XsMessageType.SetFeature, "5\0x\0", "EINVAL")]
    [InlineData(XsMessageType.SetFeature, "x\0" + "1\0", "EINVAL")]
    [InlineData(XsMessageType.SetFeature, "5\0" + "1\0\0", "EINVAL")]
    [InlineData(XsMessageType.SetFeature, "5\0" + "8\0", "EINVAL")]
    [InlineData(XsMessageType.SetFeature, "5\0-1\0", "EINVAL")]
    [InlineData(XsMessageType.SetFeature, "6\0" + "1\0", "ENOENT")]
    [InlineData(XsMessageType.GetQuota, "other\0", "EINVAL")]
    [InlineData(XsMessageType.GetQuota, "nodes", "EINVAL")]
    [InlineData(XsMessageType.GetQuota, "x\0nodes\0", "EINVAL")]
    [InlineData(XsMessageType.GetQuota, "6\0nodes\0", "ENOENT")]
    [InlineData(XsMessageType.GetQuota, "5\0nodes\0\0", "EINVAL")]
    [InlineData(XsMessageType.SetQuota, "nodes\0", "EINVAL")]
    [InlineData(XsMessageType.SetQuota, "nodes\0x\0", "EINVAL")]
    [InlineData(XsMessageType.SetQuota, "nodes\0-1\0", "EINVAL")]
    [InlineData(XsMessageType.SetQuota, "nodes\0" + "4294967296\0", "EINVAL")]
    [InlineData(XsMessageType.SetQuota, "other\0" + "1\0", "EINVAL")]
    [InlineData(XsMessageType.SetQuota, "5\0nodes\0" + "1\0\0", "EINVAL")]
    [InlineData(XsMessageType.SetQuota, "6\0nodes\0" + "1\0", "ENOENT")]
    [Trait("Clause", "XS-130")]
    public void Requests_CheckTheirArguments(XsMessageType type, string payload, string expected)
    {
        using var store = new Store();
        store.Host.Start(5);
        Assert.Equal(expected, store.Control.Ask(type, payload));
    }

    [Fact]
    [Trait("Clause", "XS-123")]
    public void Quotas_HaveTheirDefaults()
    {
        using var store = new Store();
        string names = store.Control.Ask(XsMessageType.GetQuota, "");
        Assert.Equal(names, store.Control.Ask(XsMessageType.GetQuota, "\0"));
        Assert.Equal(
            "nodes 1000, watches 128, transactions 10, outstanding 20, memory 2621440, transaction-nodes 1024, "
            + "node-permissions 5, path-max 2048, node-size 2048",
            string.Join(", ", names.Split(' ').Select(name => name + " " + store.Control.Ask(XsMessageType.GetQuota, name + "\0"))));
        Assert.Equal("5", store.Control.Ask(XsMessageType.GetQuota, "permissions\0"));
    }

    [Theory]
    [InlineData("help", "Supported commands:")]
    [InlineData("check", "OK")]
    [InlineData("log", "This store keeps no log")]
    [InlineData("log\0on", "OK")]
    [InlineData("log\0off", "OK")]
    [InlineData("log\0+io", "OK")]
    [InlineData("log\0-io", "OK")]
    [InlineData("log\0x", "EINVAL")]
    [InlineData("logfile\0/tmp/x", "OK")]
    [InlineData("logfile", "EINVAL")]
    [InlineData("memreport", "nodes 1\nwatches 0\nconnections 1\nqueued bytes 0")]
    [InlineData("memreport\0file", "nodes 1")]
    [InlineData("print\0anything", "OK")]
    [InlineData("quota", "nodes               :       1000")]
    [InlineData("quota\0" + "0", "nodes               :          1")]
    [InlineData("quota\0x", "EINVAL")]
    [InlineData("quota\0" + "9", "ENOENT")]
    [InlineData("quota\0max", "nodes               :          0")]
    [InlineData("quota\0set\0nodes\0x", "EINVAL")]
    [InlineData("quota\0set\0other\0" + "1", "EINVAL")]
    [InlineData("quota\0set\0nodes", "EINVAL")]
    [InlineData("live-update\0-s", "EINVAL")]
    [InlineData("", "EINVAL")]
    public void Control_AnswersItsCommands(string command, string expected)
    {
        using var store = new Store();
        Assert.StartsWith(expected, store.Control.Ask(XsMessageType.Control, command + "\0"), StringComparison.Ordinal);
        Assert.Equal("EINVAL", store.Control.Ask(XsMessageType.Control, command));
    }

    [Fact]
    public void ControlQuota_SetsLimits_AndKnowsTheHighestUse()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        guest.Write("a", "");
        guest.Rm("a");
        guest.WatchQuietly("a", "t");
        guest.Abort(guest.Begin());
        Assert.Equal("OK", store.Control.Ask(XsMessageType.Control, "quota\0set\0nodes\0" + "2\0"));
        Assert.Equal("2", store.Control.Ask(XsMessageType.GetQuota, "nodes\0"));
        string Max(string more) => store.Control.Ask(XsMessageType.Control, "quota\0max\0" + more);
        Assert.Contains("nodes               :          2\nwatches             :          1\ntransactions        :          1\n", Max("") + "\n");
        Assert.Contains("nodes               :          2", Max("-r\0"));
        Assert.Contains("nodes               :          1\nwatches             :          1\ntransactions        :          0", Max(""));
        guest.Send(XsMessageType.Read, "x\0");
        string usage = store.Control.Ask(XsMessageType.Control, "quota\0" + "5\0");
        Assert.Contains("watches             :          1", usage);
        Assert.Contains("transactions        :          0", usage);
        guest.Receive();
        Assert.NotEqual(usage, store.Control.Ask(XsMessageType.Control, "quota\0" + "5\0"));
    }
}
