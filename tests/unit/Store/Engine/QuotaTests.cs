using Conformance.Model.Protocol.XenStore;

namespace Conformance.Tests.Unit.Store.Engine;

[Trait("Clause", "XS-123")]
public class QuotaTests
{
    [Fact]
    public void Nodes_UpToTheLimit_ThenENOSPC_WithoutPartialEffect()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        for (int i = 1; i < 999; i++)
        {
            Assert.Equal("OK", guest.Write($"n{i}", ""));
        }

        Assert.Equal("ENOSPC", guest.Write("a/b", ""));
        Assert.Equal("ENOENT", guest.Read("a"));
        Assert.Equal("OK", guest.Write("last", ""));
        Assert.Equal("ENOSPC", guest.Mkdir("more"));
        Assert.Equal("OK", guest.Write("last", "changed"));
        Assert.Equal("OK", guest.Rm("last"));
        Assert.Equal("OK", guest.Mkdir("more"));
        Assert.Equal("OK", store.Control.Write("/local/domain/5/by-domain-0", ""));
    }

    [Fact]
    [Trait("Clause", "XS-121")]
    public void NodesInATransaction_CountWithThoseOutside()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        store.Control.Ask(XsMessageType.SetQuota, "5\0nodes\0" + "4\0");
        guest.Write("a", "");
        uint tx = guest.Begin();
        Assert.Equal("OK", guest.Rm("a", tx));
        Assert.Equal("OK", guest.Write("b/c/d", "", tx));
        Assert.Equal("ENOSPC", guest.Write("e", "", tx));
        Assert.Equal("ENOSPC", guest.Commit(tx));
        Assert.Equal("", guest.Read("a"));

        tx = guest.Begin();
        Assert.Equal("OK", guest.Rm("a", tx));
        Assert.Equal("OK", guest.Write("b/c/d", "", tx));
        Assert.Equal("OK", guest.Commit(tx));
        Assert.Equal("b", guest.Directory("/local/domain/5"));
    }

    [Fact]
    public void NodesThatAppearedOutside_AreCountedAgainAtTheCommit()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        store.Control.Ask(XsMessageType.SetQuota, "5\0nodes\0" + "3\0");
        uint tx = guest.Begin();
        Assert.Equal("OK", guest.Write("a/b", "", tx));
        Assert.Equal("OK", guest.Write("c", ""));
        Assert.Equal("ENOSPC", guest.Commit(tx));
        Assert.Equal("c", guest.Directory("/local/domain/5"));
    }

    [Fact]
    public void Watches_UpToTheLimit()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        for (int i = 0; i < 128; i++)
        {
            guest.WatchQuietly("a", $"t{i}");
        }

        Assert.Equal("ENOSPC", guest.Watch("a", "more"));
        Assert.Equal("EEXIST", guest.Watch("a", "t0"));
        Assert.Equal("OK", guest.Unwatch("a", "t0"));
        Assert.Equal("OK", guest.Watch("a", "more"));
    }

    [Fact]
    public void Transactions_UpToTheLimit()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        var ids = Enumerable.Range(0, 10).Select(_ => guest.Begin()).ToArray();
        Assert.Equal("ENOSPC", guest.Ask(XsMessageType.TransactionStart, "\0"));
        guest.Abort(ids[3]);
        guest.Begin();
        Assert.Equal("ENOSPC", guest.Ask(XsMessageType.TransactionStart, "\0"));
        guest.Commit(ids[4]);
        guest.Begin();
    }

    [Fact]
    public void NodesTouchedByATransaction_UpToTheLimit_ThenItCannotCommit()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        store.Control.Ask(XsMessageType.SetQuota, "transaction-nodes\0" + "3\0");
        guest.Write("a", "1");
        uint tx = guest.Begin();
        Assert.Equal("1", guest.Read("a", tx));
        Assert.Equal("OK", guest.Write("a", "2", tx));
        Assert.Equal("ENOENT", guest.Read("b", tx));
        Assert.Equal("ENOSPC", guest.Read("c", tx));
        Assert.Equal("2", guest.Read("a", tx));
        Assert.Equal("ENOSPC", guest.Commit(tx));
        Assert.Equal("1", guest.Read("a"));

        tx = guest.Begin();
        Assert.Equal("ENOSPC", guest.Write("x/y/z", "", tx));
        Assert.Equal("ENOSPC", guest.Commit(tx));
        guest.Write("dir/1", "");
        guest.Write("dir/2", "");
        guest.Write("dir/3", "");
        tx = guest.Begin();
        Assert.Equal("ENOSPC", guest.Rm("dir", tx));
        Assert.Equal("ENOSPC", guest.Commit(tx));
        Assert.Equal("1 2 3", guest.Directory("dir"));
        tx = guest.Begin();
        guest.Read("a", tx);
        guest.Read("b", tx);
        Assert.Equal("ENOSPC", guest.Rm("dir/1", tx));
    }

    [Fact]
    [Trait("Clause", "XS-062")]
    public void NodeSize_IsLimited_InsideAndOutsideTransactions()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        string most = new('v', 2048);
        Assert.Equal("OK", guest.Write("a", most));
        Assert.Equal("E2BIG", guest.Write("a", most + "v"));
        Assert.Equal("E2BIG", guest.Write("b", most + "v"));
        Assert.Equal(most, guest.Read("a"));
        Assert.Equal("ENOENT", guest.Read("b"));
        uint tx = guest.Begin();
        Assert.Equal("E2BIG", guest.Write("a", most + "v", tx));
        tx = guest.Begin();
        Assert.Equal("E2BIG", guest.Write("b", most + "v", tx));
        Assert.Equal("E2BIG", guest.Commit(tx));
        Assert.Equal("OK", store.Control.Write("/local/domain/5/a", most + "v"));
    }

    [Fact]
    public void Memory_IsLimited_ForWhatLasts()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        store.Control.Ask(XsMessageType.SetQuota, "5\0memory\0" + "1000\0");
        Assert.Equal("OK", guest.Write("a", new string('v', 600)));
        Assert.Equal("ENOSPC", guest.Write("b", new string('v', 600)));
        Assert.Equal("ENOSPC", guest.Write("a", new string('v', 1200)));
        Assert.Equal("OK", guest.Write("a", new string('v', 500)));
        Assert.Equal("ENOSPC", guest.Watch("w", new string('t', 600)));
        uint tx = guest.Begin();
        Assert.Equal("ENOSPC", guest.Write("a", new string('v', 600), tx));
        tx = guest.Begin();
        Assert.Equal("ENOSPC", guest.Write("b", new string('v', 600), tx));
        tx = guest.Begin();
        Assert.Equal("ENOSPC", guest.Read(new string('p', 500), tx));
        Assert.Equal("ENOSPC", guest.Commit(tx));
        store.Control.Ask(XsMessageType.SetQuota, "5\0memory\0" + "540\0");
        Assert.Equal("ENOSPC", guest.SetPerms("a", "n5 r0 r0 r0 r0"));
        tx = guest.Begin();
        Assert.Equal("ENOSPC", guest.Mkdir("b", tx));
        Assert.Equal("OK", guest.Write("a", ""));
        Assert.Equal("OK", store.Control.Write("/local/domain/5/a", new string('v', 3000)));
        Assert.Equal("OK", guest.Write("a", new string('v', 2000)));
    }

    [Fact]
    public void Memory_OfATransaction_LimitsItsPermissionLists()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        store.Control.Ask(XsMessageType.SetQuota, "5\0memory\0" + "110\0");
        uint tx = guest.Begin();
        Assert.Equal("ENOSPC", guest.SetPerms("/local/domain/5", "n5 r0 r0 r0 r0", tx));
    }

    [Fact]
    public void Zero_MeansNoLimit()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        foreach (string name in new[] { "nodes", "watches", "transactions", "node-size", "node-permissions", "memory", "transaction-nodes" })
        {
            Assert.Equal("OK", store.Control.Ask(XsMessageType.SetQuota, $"5\0{name}\0" + "0\0"));
        }

        for (int i = 0; i < 1100; i++)
        {
            Assert.Equal("OK", guest.Write($"n{i}", ""));
        }

        uint tx = guest.Begin();
        for (int i = 0; i < 1100; i++)
        {
            Assert.Equal("OK", guest.Write($"n{i}", "v", tx));
        }

        Assert.Equal("OK", guest.Commit(tx));
        Assert.Equal("OK", guest.Write("n1", new string('v', 4000)));
        Assert.Equal("OK", guest.SetPerms("n1", "n5 r0 r0 r0 r0 r0 r0"));
        for (int i = 0; i < 200; i++)
        {
            guest.WatchQuietly("n1", $"{i}");
            guest.Begin();
        }
    }

    [Fact]
    public void DomainLimit_OverridesTheStoresLimit()
    {
        using var store = new Store();
        var five = store.Guest(5);
        var six = store.Guest(6);
        Assert.Equal("OK", store.Control.Ask(XsMessageType.SetQuota, "5\0nodes\0" + "2\0"));
        Assert.Equal("OK", store.Control.Ask(XsMessageType.SetQuota, "nodes\0" + "3\0"));
        Assert.Equal("2", store.Control.Ask(XsMessageType.GetQuota, "5\0nodes\0"));
        Assert.Equal("3", store.Control.Ask(XsMessageType.GetQuota, "6\0nodes\0"));
        Assert.Equal("3", store.Control.Ask(XsMessageType.GetQuota, "nodes\0"));
        Assert.Equal("OK", five.Write("a", ""));
        Assert.Equal("ENOSPC", five.Write("b", ""));
        Assert.Equal("OK", six.Write("a/b", ""));
        Assert.Equal("ENOSPC", six.Write("c", ""));
    }

    [Fact]
    [Trait("Clause", "XS-127")]
    public void Account_FollowsOwnershipChangesAndRemovalsByOthers()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        store.Guest(6);
        store.Control.Write("/pool/a", "value");
        store.Control.SetPerms("/pool/a", "n5");
        Assert.Contains("nodes               :          2", store.Control.Ask(XsMessageType.Control, "quota\0" + "5\0"));
        store.Control.SetPerms("/pool/a", "n6");
        Assert.Contains("nodes               :          1", store.Control.Ask(XsMessageType.Control, "quota\0" + "5\0"));
        Assert.Contains("nodes               :          2", store.Control.Ask(XsMessageType.Control, "quota\0" + "6\0"));
        uint tx = store.Control.Begin();
        store.Control.SetPerms("/pool/a", "n5", tx);
        store.Control.Write("/local/domain/5/new", "v", tx);
        Assert.Equal("OK", store.Control.Commit(tx));
        Assert.Contains("nodes               :          3", store.Control.Ask(XsMessageType.Control, "quota\0" + "5\0"));
        store.Control.Rm("/pool");
        store.Control.Rm("/local/domain/5");
        Assert.Contains("nodes               :          0", store.Control.Ask(XsMessageType.Control, "quota\0" + "5\0"));
        Assert.Equal("EACCES", guest.Read("new"));
    }

    [Fact]
    public void OwnershipChangeInsideATransaction_CountsForTheOwner()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        store.Guest(6);
        store.Control.Ask(XsMessageType.SetTarget, "5\0" + "6\0");
        guest.Write("a", "");
        store.Control.Ask(XsMessageType.SetQuota, "5\0nodes\0" + "2\0");
        uint tx = guest.Begin();
        Assert.Equal("OK", guest.SetPerms("a", "r5", tx));
        Assert.Equal("ENOSPC", guest.Write("b", "", tx));
    }
}
