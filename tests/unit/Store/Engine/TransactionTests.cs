using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Engine;

namespace Conformance.Tests.Unit.Store.Engine;

public class TransactionTests
{
    [Fact]
    [Trait("Clause", "XS-110")]
    public void Ids_AreDecimal_NonZero_AndDistinct()
    {
        using var store = new Store();
        var ids = Enumerable.Range(0, 50).Select(_ => store.Control.Begin()).ToArray();
        Assert.DoesNotContain(0u, ids);
        Assert.Equal(50, ids.Distinct().Count());
    }

    [Fact]
    [Trait("Clause", "XS-110")]
    public void Ids_PassOverZeroAndOpenOnes_WhenTheyWrap()
    {
        using var store = new Store(new StoreSettings { FirstTransactionId = uint.MaxValue - 1 });
        var ids = new[] { store.Control.Begin(), store.Control.Begin(), store.Control.Begin(), store.Control.Begin() };
        Assert.Equal([uint.MaxValue - 1, uint.MaxValue, 1u, 2u], ids);
        using var other = new Store(new StoreSettings { FirstTransactionId = 0 });
        Assert.Equal(1u, other.Control.Begin());
    }

    [Fact]
    [Trait("Clause", "XS-111")]
    [Trait("Clause", "XS-112")]
    [Trait("Clause", "XS-122")]
    public void StartAndEnd_CheckWhatTheyAreGiven()
    {
        using var store = new Store();
        uint tx = store.Control.Begin();
        Assert.Equal("EBUSY", store.Control.Ask(XsMessageType.TransactionStart, "\0", tx));
        Assert.Equal("EINVAL", store.Control.Ask(XsMessageType.TransactionStart, "x\0"));
        foreach (string payload in new[] { "", "\0", "X\0", "T", "TT\0", "T\0\0", "t\0" })
        {
            Assert.Equal("EINVAL", store.Control.Ask(XsMessageType.TransactionEnd, payload, tx));
        }

        Assert.Equal("ENOENT", store.Control.Commit(0));
        Assert.Equal("ENOENT", store.Control.Commit(tx + 1));
        Assert.Equal("ENOENT", store.Connect().Commit(tx));
        Assert.Equal("ENOENT", store.Control.Read("/", tx + 1));
        Assert.Equal("ENOENT", store.Control.Ask(XsMessageType.GetDomainPath, "0\0", tx + 1));
        Assert.Equal("OK", store.Control.Commit(tx));
        Assert.Equal("ENOENT", store.Control.Read("/", tx));
        Assert.Equal("ENOENT", store.Control.Commit(tx));
        Assert.NotEqual(0u, uint.Parse(store.Control.Ask(XsMessageType.TransactionStart, "")));
    }

    [Fact]
    [Trait("Clause", "XS-113")]
    [Trait("Clause", "XS-114")]
    public void OwnChanges_AreSeenInside_AndNotOutsideBeforeTheCommit()
    {
        using var store = new Store();
        var other = store.Connect();
        store.Control.Write("/d/old", "1");
        store.Control.Write("/d/gone", "1");
        uint tx = store.Control.Begin();
        store.Control.Write("/d/old", "2", tx);
        store.Control.Write("/d/new/leaf", "3", tx);
        store.Control.Rm("/d/gone", tx);
        store.Control.SetPerms("/d/old", "r0", tx);

        Assert.Equal("2", store.Control.Read("/d/old", tx));
        Assert.Equal("3", store.Control.Read("/d/new/leaf", tx));
        Assert.Equal("ENOENT", store.Control.Read("/d/gone", tx));
        Assert.Equal("r0", store.Control.GetPerms("/d/old", tx));
        Assert.Equal("old new", store.Control.Directory("/d", tx));
        Assert.Equal("1", other.Read("/d/old"));
        Assert.Equal("old gone", other.Directory("/d"));
        Assert.Equal("n0", other.GetPerms("/d/old"));

        Assert.Equal("OK", store.Control.Commit(tx));
        Assert.Equal("2", other.Read("/d/old"));
        Assert.Equal("3", other.Read("/d/new/leaf"));
        Assert.Equal("old new", other.Directory("/d"));
        Assert.Equal("r0", other.GetPerms("/d/old"));
    }

    [Fact]
    [Trait("Clause", "XS-113")]
    public void Reads_SeeTheStateOfTheFirstAccess()
    {
        using var store = new Store();
        var other = store.Connect();
        store.Control.Write("/d/a", "1");
        store.Control.Write("/d/b", "1");
        uint tx = store.Control.Begin();
        other.Write("/d/b", "2");
        Assert.Equal("1", store.Control.Read("/d/a", tx));
        Assert.Equal("a b", store.Control.Directory("/d", tx));
        Assert.Equal("n0", store.Control.GetPerms("/d/a", tx));
        Assert.Equal("ENOENT", store.Control.Read("/d/c", tx));

        other.Write("/d/a", "2");
        other.SetPerms("/d/a", "r0");
        other.Write("/d/c", "2");
        other.Rm("/d/b");
        Assert.Equal("1", store.Control.Read("/d/a", tx));
        Assert.Equal("a b", store.Control.Directory("/d", tx));
        Assert.Equal("n0", store.Control.GetPerms("/d/a", tx));
        Assert.Equal("ENOENT", store.Control.Read("/d/c", tx));
        other.Rm("/d");
        Assert.Equal("1", store.Control.Read("/d/a", tx));
        Assert.Equal("a b", store.Control.Directory("/d", tx));
        Assert.Equal("EAGAIN", store.Control.Commit(tx));
    }

    [Fact]
    [Trait("Clause", "XS-115")]
    public void Abort_LeavesNoTrace()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        guest.Write("a/b", "1");
        store.Control.WatchQuietly("/local", "t");
        string before = store.Control.Ask(XsMessageType.Control, "quota\0" + "5\0");
        uint tx = guest.Begin();
        guest.Write("a", "2", tx);
        guest.Write("x/y/z", "2", tx);
        guest.Rm("a/b", tx);
        guest.SetPerms("a", "r5", tx);
        Assert.Equal("OK", guest.Abort(tx));

        Assert.Equal("", guest.Read("a"));
        Assert.Equal("1", guest.Read("a/b"));
        Assert.Equal("ENOENT", guest.Read("x"));
        Assert.Equal("n5", guest.GetPerms("a"));
        Assert.Empty(store.Control.Events());
        Assert.Equal(before, store.Control.Ask(XsMessageType.Control, "quota\0" + "5\0"));
    }

    [Fact]
    [Trait("Clause", "XS-119")]
    public void Events_ComeAfterTheCommit_OnePerModifiedNode()
    {
        using var store = new Store();
        store.Control.Write("/old/child", "v");
        store.Control.WatchQuietly("/", "t");
        uint tx = store.Control.Begin();
        store.Control.Write("/x", "1", tx);
        store.Control.Write("/x", "2", tx);
        store.Control.Write("/y", "1", tx);
        store.Control.SetPerms("/y", "r0", tx);
        store.Control.Rm("/old", tx);
        store.Control.Rm("/x", tx);
        store.Control.Write("/x", "3", tx);
        Assert.Empty(store.Control.Events());
        store.Control.Send(XsMessageType.TransactionEnd, "T\0", tx);
        var messages = store.Control.Receive();
        Assert.Equal(
            ["/x\0t\0", "/y\0t\0", "/old\0t\0", "OK\0"],
            messages.Select(m => m.Payload));
        Assert.Equal("3", store.Control.Read("/x"));
    }

    [Fact]
    [Trait("Clause", "XS-119")]
    [Trait("Clause", "XS-076")]
    public void RemovalOfAModifiedNode_StillTellsWatchesBelow()
    {
        using var store = new Store();
        store.Control.Write("/a/b/c", "v");
        store.Control.WatchQuietly("/a/b/c", "below");
        store.Control.WatchQuietly("/a/b", "at");
        uint tx = store.Control.Begin();
        store.Control.Write("/a/b", "w", tx);
        store.Control.Write("/a/b/c", "w", tx);
        store.Control.Rm("/a", tx);
        Assert.Equal("OK", store.Control.Commit(tx));
        Assert.Equal(["/a/b at", "/a/b/c at", "/a/b/c below"], store.Control.Events().Order());
    }

    [Fact]
    [Trait("Clause", "XS-120")]
    public void NodeCreatedAndRemoved_IsANoOp()
    {
        using var store = new Store();
        store.Control.WatchQuietly("/", "t");
        uint tx = store.Control.Begin();
        store.Control.Write("/a/b", "1", tx);
        Assert.Equal("OK", store.Control.Rm("/a", tx));
        Assert.Equal("ENOENT", store.Control.Read("/a/b", tx));
        store.Control.Write("/c", "1", tx);
        Assert.Equal("OK", store.Control.Commit(tx));
        Assert.Equal(["/c t"], store.Control.Events());
        Assert.Equal("c", store.Control.Directory("/"));
    }

    [Fact]
    public void RemovedNode_CanBeCreatedAgain_WithoutItsOldChildren()
    {
        using var store = new Store();
        store.Control.Write("/a/old", "1");
        store.Control.Write("/a/kept", "1");
        store.Control.Write("/a", "value");
        uint tx = store.Control.Begin();
        store.Control.Rm("/a", tx);
        Assert.Equal("ENOENT", store.Control.Rm("/a/missing/x", tx));
        Assert.Equal("ENOENT", store.Control.Read("/a/old", tx));
        store.Control.Write("/a/kept", "2", tx);
        store.Control.Write("/a/new", "2", tx);
        Assert.Equal("", store.Control.Read("/a", tx));
        Assert.Equal("kept new", store.Control.Directory("/a", tx));
        Assert.Equal("OK", store.Control.Commit(tx));
        Assert.Equal("", store.Control.Read("/a"));
        Assert.Equal("kept new", store.Control.Directory("/a"));
        Assert.Equal("2", store.Control.Read("/a/kept"));
    }

    [Fact]
    public void ChildrenCreatedUnderTheRoot_AreListedByName()
    {
        using var store = new Store();
        store.Control.Write("/live", "1");
        uint tx = store.Control.Begin();
        store.Control.Write("/a/b", "1", tx);
        store.Control.Write("/c", "1", tx);
        store.Control.Rm("/live", tx);
        Assert.Equal("a c", store.Control.Directory("/", tx));
        store.Control.Rm("/a", tx);
        Assert.Equal("c", store.Control.Directory("/", tx));
        store.Control.Write("/a", "1", tx);
        Assert.Equal("a c", store.Control.Directory("/", tx));
        Assert.Equal("OK", store.Control.Commit(tx));
        Assert.Equal("a c", store.Control.Directory("/"));
    }

    [Fact]
    [Trait("Clause", "XS-054")]
    public void DirectoryPart_Inside_ChangesItsGenerationWithTheOwnChildList()
    {
        using var store = new Store();
        store.Control.Write("/d/a", "");
        uint tx = store.Control.Begin();
        string Part() => store.Control.Exchange(XsMessageType.DirectoryPart, "/d\0" + "0\0", tx).Payload;
        string first = Part();
        store.Control.Write("/d/a", "v", tx);
        store.Control.Write("/e", "v", tx);
        Assert.Equal(first, Part());
        store.Control.Write("/d/b", "v", tx);
        string second = Part();
        Assert.NotEqual(first.Split('\0')[0], second.Split('\0')[0]);
        store.Control.Rm("/d/a", tx);
        Assert.NotEqual(second.Split('\0')[0], Part().Split('\0')[0]);
    }

    [Theory]
    [InlineData(XsMessageType.Write, "/secret\0v", "EACCES")]
    [InlineData(XsMessageType.Mkdir, "/secret\0", "EACCES")]
    [InlineData(XsMessageType.Rm, "/secret\0", "EACCES")]
    [InlineData(XsMessageType.SetPerms, "a\0n0\0", "EPERM")]
    [InlineData(XsMessageType.SetPerms, "a\0n5\0n0\0n0\0n0\0n0\0n0\0", "ENOSPC")]
    [InlineData(XsMessageType.Write, "a/\0v", "EINVAL")]
    [Trait("Clause", "XS-121")]
    public void FailedChange_FailsTheCommitAsAWhole(XsMessageType type, string payload, string error)
    {
        using var store = new Store();
        var guest = store.Guest(5);
        guest.Write("a", "1");
        uint tx = guest.Begin();
        guest.Write("a", "2", tx);
        Assert.Equal(error, guest.Ask(type, payload, tx));
        guest.Write("a", "3", tx);
        Assert.Equal(error, guest.Commit(tx));
        Assert.Equal("1", guest.Read("a"));
        Assert.Equal("ENOENT", guest.Commit(tx));
    }

    [Fact]
    [Trait("Clause", "XS-121")]
    public void FailedRead_AndRemovalOfWhatWasNeverThere_FailNoCommit()
    {
        using var store = new Store();
        uint tx = store.Control.Begin();
        store.Control.Write("/a", "1", tx);
        Assert.Equal("ENOENT", store.Control.Rm("/missing/x", tx));
        Assert.Equal("ENOENT", store.Control.Read("/missing", tx));
        Assert.Equal("OK", store.Control.Commit(tx));
        Assert.Equal("1", store.Control.Read("/a"));
    }

    [Fact]
    [Trait("Clause", "XS-047")]
    public void NodesCreatedInside_InheritAsOutside()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        store.Control.Mkdir("/shared");
        store.Control.SetPerms("/shared", "b0 r0");
        uint tx = guest.Begin();
        guest.Write("/shared/a/b", "v", tx);
        Assert.Equal("b5 r0", guest.GetPerms("/shared/a/b", tx));
        Assert.Equal("OK", guest.Commit(tx));
        Assert.Equal("b5 r0", store.Control.GetPerms("/shared/a"));
        Assert.Equal("EACCES", guest.Read("/missing", guest.Begin()));
    }

    [Fact]
    public void ManyNodes_CanBeTouchedByAPrivilegedTransaction()
    {
        using var store = new Store();
        for (int i = 0; i < 3000; i++)
        {
            store.Control.Write($"/old/{i}", "v");
        }

        uint tx = store.Control.Begin();
        for (int i = 0; i < 3000; i++)
        {
            store.Control.Write($"/new/{i}", "v", tx);
        }

        store.Control.Rm("/old", tx);
        Assert.Equal("OK", store.Control.Commit(tx));
        Assert.Equal("new", store.Control.Directory("/"));
        Assert.Equal("v", store.Control.Read("/new/2999"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Clause", "XS-113")]
    [Trait("Clause", "XS-116")]
    public void Removal_OfATreeThatOthersTookApart_IsServed_AndItsCommitIsEAGAIN(bool hasLookedAtTheChild)
    {
        using var store = new Store();
        store.Control.Write("/a/b/c", "v");
        uint tx = store.Control.Begin();
        Assert.Equal("b", store.Control.Directory("/a", tx));
        Assert.Equal("OK", store.Connect().Rm("/a/b"));
        if (hasLookedAtTheChild)
        {
            Assert.Equal("ENOENT", store.Control.Read("/a/b", tx));
        }

        Assert.Equal("OK", store.Control.Rm("/a", tx));
        Assert.Equal("ENOENT", store.Control.Read("/a", tx));
        Assert.Equal("EAGAIN", store.Control.Commit(tx));
        Assert.Equal("", store.Control.Directory("/a"));
    }

    [Fact]
    [Trait("Clause", "XS-113")]
    public void Listing_NamesAChildOnce_ThatOthersRemovedAndTheTransactionMade()
    {
        using var store = new Store();
        store.Control.Write("/a/b", "v");
        uint tx = store.Control.Begin();
        Assert.Equal("n0", store.Control.GetPerms("/a", tx));
        Assert.Equal("OK", store.Connect().Rm("/a/b"));
        Assert.Equal("OK", store.Control.Write("/a/b", "mine", tx));
        Assert.Equal("b", store.Control.Directory("/a", tx));
        Assert.Equal("OK", store.Control.Rm("/a", tx));
        Assert.Equal("EAGAIN", store.Control.Commit(tx));
    }

    [Fact]
    [Trait("Clause", "XS-054")]
    public void Generation_OfANodeThatTheTransactionMadeAnew_IsAnother()
    {
        using var store = new Store();
        store.Control.Write("/a/b", "v");
        uint tx = store.Control.Begin();
        string before = store.Control.Ask(XsMessageType.DirectoryPart, "/a\0" + "0\0", tx);
        store.Control.Rm("/a", tx);
        store.Control.Mkdir("/a", tx);
        string after = store.Control.Ask(XsMessageType.DirectoryPart, "/a\0" + "0\0", tx);
        Assert.NotEqual(before.Split('\0')[0], after.Split('\0')[0]);
    }

    [Fact]
    [Trait("Clause", "XS-061")]
    public void Death_OfADomainThatANodeMadeAndRemovedHereNamed_FailsNoCommit()
    {
        using var store = new Store();
        store.Guest(5);
        uint tx = store.Control.Begin();
        store.Control.Mkdir("/a", tx);
        Assert.Equal("OK", store.Control.SetPerms("/a", "n0 b5", tx));
        store.Control.Rm("/a", tx);
        store.Host.End(5);
        store.Engine.DomainsChanged();
        Assert.Equal("OK", store.Control.Commit(tx));
    }
}
