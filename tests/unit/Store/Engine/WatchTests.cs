using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Engine;

namespace Conformance.Tests.Unit.Store.Engine;

public class WatchTests
{
    [Theory]
    [InlineData("/a")]
    [InlineData("/missing/path")]
    [InlineData("@releaseDomain")]
    [InlineData("relative/path")]
    [InlineData("/")]
    [Trait("Clause", "XS-070")]
    [Trait("Clause", "XS-073")]
    public void Watch_IsAcknowledged_AndFiresOnceAtOnce(string path)
    {
        using var store = new Store();
        store.Control.Send(XsMessageType.Watch, path + "\0token\0");
        var messages = store.Control.Receive();
        Assert.Equal([XsMessageType.Watch, XsMessageType.WatchEvent], messages.Select(m => m.Header.Type));
        Assert.Equal("OK\0", messages[0].Payload);
        Assert.Equal(path + "\0token\0", messages[1].Payload);
        Assert.Equal((0u, 0u), (messages[1].Header.RequestId, messages[1].Header.TransactionId));
    }

    [Fact]
    [Trait("Clause", "XS-071")]
    public void EveryKindOfChange_FiresAtAndAboveTheNode()
    {
        using var store = new Store();
        store.Control.WatchQuietly("/a", "above");
        store.Control.WatchQuietly("/a/b", "at");
        store.Control.WatchQuietly("/", "root");
        string[] expected = ["/a/b above", "/a/b at", "/a/b root"];
        var changes = new Func<string>[]
        {
            () => store.Control.Write("/a/b", "v"),
            () => store.Control.Write("/a/b", "v"),
            () => store.Control.SetPerms("/a/b", "r0"),
            () => store.Control.Rm("/a/b"),
            () => store.Control.Mkdir("/a/b"),
        };
        foreach (var change in changes)
        {
            Assert.Equal("OK", change());
            Assert.Equal(expected, store.Control.Events());
        }

        store.Control.Rm("/a/b");
        store.Control.Events();
        Assert.Equal("OK", store.Control.Rm("/a/b"));
        Assert.Empty(store.Control.Events());
    }

    [Fact]
    [Trait("Clause", "XS-072")]
    public void Matching_IsByWholeComponents()
    {
        using var store = new Store();
        store.Control.WatchQuietly("/a/b", "t");
        foreach (string path in new[] { "/a/bc", "/a/bc/d", "/a", "/a/c/b", "/b/a/b" })
        {
            store.Control.Write(path, "v");
        }

        Assert.Empty(store.Control.Events());
        store.Control.Write("/a/b/c/d", "v");
        store.Control.Write("/a/b", "v");
        Assert.Equal(["/a/b/c/d t", "/a/b t"], store.Control.Events());
    }

    [Fact]
    [Trait("Clause", "XS-074")]
    public void RelativeWatch_ReportsRelativePaths()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        guest.WatchQuietly("dir", "relative");
        guest.WatchQuietly("/local/domain/5/dir", "absolute");
        guest.Write("dir/a", "v");
        Assert.Equal(["dir/a relative", "/local/domain/5/dir/a absolute"], guest.Events());
        store.Control.Rm("/local/domain/5/dir");
        Assert.Equal(["dir relative", "/local/domain/5/dir absolute"], guest.Events());

        Assert.Equal("EEXIST", guest.Watch("/local/domain/5/dir", "relative"));
        Assert.Equal("OK", guest.Unwatch("/local/domain/5/dir", "relative"));
        Assert.Equal("OK", guest.Unwatch("dir", "absolute"));
        guest.Write("dir", "v");
        Assert.Empty(guest.Events());
    }

    [Fact]
    [Trait("Clause", "XS-075")]
    [Trait("Clause", "XS-076")]
    public void RemovalOfASubtree_TellsWatchesAboveOfTheRoot_AndThoseBelowOfThemselves()
    {
        using var store = new Store();
        store.Control.Write("/a/b/c/d", "v");
        store.Control.Write("/a/b/e", "v");
        store.Control.WatchQuietly("/a", "above");
        store.Control.WatchQuietly("/a/b", "root");
        store.Control.WatchQuietly("/a/b/c", "below");
        store.Control.WatchQuietly("/a/b/c/d", "leaf");
        store.Control.WatchQuietly("/a/b/missing", "missing");

        store.Control.Rm("/a/b");

        Assert.Equal(["/a/b above", "/a/b root", "/a/b/c below", "/a/b/c/d leaf"], store.Control.Events());
    }

    [Fact]
    [Trait("Clause", "XS-077")]
    [Trait("Clause", "XS-078")]
    public void PathAndToken_TogetherNameAWatch()
    {
        using var store = new Store();
        var other = store.Connect();
        store.Control.WatchQuietly("/a", "1");
        store.Control.WatchQuietly("/a", "2");
        other.WatchQuietly("/a", "1");
        Assert.Equal("EEXIST", store.Control.Watch("/a", "1"));
        Assert.Equal("ENOENT", store.Control.Unwatch("/a", "3"));
        Assert.Equal("ENOENT", store.Control.Unwatch("/b", "1"));
        Assert.Equal("ENOENT", other.Unwatch("/a", "2"));
        Assert.Empty(store.Control.Events());

        Assert.Equal("OK", store.Control.Unwatch("/a", "1"));
        store.Control.Write("/a", "v");
        Assert.Equal(["/a 2"], store.Control.Events());
        Assert.Equal(["/a 1"], other.Events());
        Assert.Equal("ENOENT", store.Control.Unwatch("/a", "1"));
    }

    [Fact]
    public void Events_ComeInTheOrderOfRegistration_WhereverTheWatchesAre()
    {
        using var store = new Store();
        store.Control.WatchQuietly("/a/b", "1");
        store.Control.WatchQuietly("/", "2");
        store.Control.WatchQuietly("/a/b", "3");
        store.Control.WatchQuietly("/a", "4");
        store.Control.Write("/a/b", "v");
        Assert.Equal(["/a/b 1", "/a/b 2", "/a/b 3", "/a/b 4"], store.Control.Events());
    }

    [Fact]
    public void ManyWatches_AreFoundAndRemovedInAnyOrder()
    {
        using var store = new Store();
        for (int i = 0; i < 1000; i++)
        {
            store.Control.WatchQuietly($"/dir/{i % 100}", $"t{i}");
        }

        Assert.Null(store.Engine.CheckInvariants());
        for (int i = 0; i < 1000; i += 3)
        {
            Assert.Equal("OK", store.Control.Unwatch($"/dir/{i % 100}", $"t{i}"));
        }

        Assert.Null(store.Engine.CheckInvariants());
        store.Control.Write("/dir/7", "v");
        Assert.Equal(
            Enumerable.Range(0, 1000).Where(i => i % 100 == 7 && i % 3 != 0).Select(i => $"/dir/7 t{i}"),
            store.Control.Events());
    }

    [Fact]
    [Trait("Clause", "XS-084")]
    public void OwnWrite_PutsTheEventBeforeTheReply()
    {
        using var store = new Store();
        store.Control.WatchQuietly("/a", "t");
        store.Control.Send(XsMessageType.Write, "/a\0v");
        Assert.Equal([XsMessageType.WatchEvent, XsMessageType.Write], store.Control.Receive().Select(m => m.Header.Type));
    }

    [Fact]
    [Trait("Clause", "XS-085")]
    public void Events_KeepTheOrderOfWrites()
    {
        using var store = new Store();
        var watcher = store.Connect();
        watcher.WatchQuietly("/", "t");
        foreach (string path in new[] { "/a", "/b", "/a/c", "/d", "/b", "/a" })
        {
            store.Control.Write(path, "v");
        }

        Assert.Equal(["/a t", "/b t", "/a/c t", "/d t"], watcher.Events());
    }

    [Fact]
    [Trait("Clause", "XS-080")]
    public void QueuedEvent_IsNotQueuedTwice_UntilItIsDelivered()
    {
        using var store = new Store();
        var watcher = store.Connect();
        watcher.WatchQuietly("/a", "t");
        watcher.WatchQuietly("/a", "u");
        for (int i = 0; i < 100; i++)
        {
            store.Control.Write("/a", "v");
            store.Control.Write("/a/b", "v");
        }

        Assert.Equal(["/a t", "/a u", "/a/b t", "/a/b u"], watcher.Events());
        store.Control.Write("/a", "v");
        Assert.Equal(["/a t", "/a u"], watcher.Events());
    }

    [Fact]
    [Trait("Clause", "XS-080")]
    public void MergingWorks_AmongThousandsOfQueuedEvents()
    {
        using var store = new Store();
        var watcher = store.Connect();
        watcher.WatchQuietly("/", "t");
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 6000; i++)
            {
                store.Control.Write($"/a/{i}", "v");
            }
        }

        Assert.Equal(Enumerable.Range(0, 6000).Select(i => $"/a/{i} t"), watcher.Events());
        store.Control.Write("/a/5", "v");
        store.Control.Write("/a/5", "v");
        Assert.Equal(["/a/5 t"], watcher.Events());
    }

    [Fact]
    [Trait("Clause", "XS-079")]
    public void WatchAndUnwatch_IgnoreTheTransactionId()
    {
        using var store = new Store();
        Assert.Equal("OK", store.Control.Ask(XsMessageType.Watch, "/a\0t\0", tx: 999));
        Assert.Equal(["/a t"], store.Control.Events());
        uint tx = store.Control.Begin();
        Assert.Equal("OK", store.Control.Ask(XsMessageType.Watch, "/b\0t\0", tx));
        Assert.Equal("OK", store.Control.Ask(XsMessageType.Unwatch, "/a\0t\0", tx));
        store.Control.Abort(tx);
        store.Control.Write("/a", "v");
        store.Control.Write("/b", "v");
        Assert.Equal(["/b t", "/b t"], store.Control.Events());
    }

    [Fact]
    [Trait("Clause", "XS-087")]
    public void OverlongEvent_IsNotSent()
    {
        using var store = new Store();
        string path = "/" + new string('a', 3000);
        string token = new('t', 1093);
        store.Control.WatchQuietly(path, token);
        store.Control.Write(path, "v");
        Assert.Single(store.Control.Events());
        store.Control.Write(path + "/b", "v");
        Assert.Empty(store.Control.Events());
    }

    [Fact]
    [Trait("Clause", "XS-091")]
    public void ResetWatches_EndsWatchesAndTransactions_AlsoFromInsideOne()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        for (int i = 0; i < 128; i++)
        {
            guest.WatchQuietly($"w{i}", "t");
        }

        Assert.Equal("ENOSPC", guest.Watch("one-more", "t"));
        uint first = guest.Begin();
        uint second = guest.Begin();
        guest.Write("w1", "v", first);
        Assert.Equal("OK", guest.Ask(XsMessageType.ResetWatches, "\0", first));
        Assert.Equal("ENOENT", guest.Commit(first));
        Assert.Equal("ENOENT", guest.Commit(second));
        guest.Write("w1", "v");
        Assert.Empty(guest.Events());
        for (int i = 0; i < 128; i++)
        {
            guest.WatchQuietly($"w{i}", "t");
        }

        Assert.Equal("OK", guest.Ask(XsMessageType.ResetWatches, ""));
        Assert.Equal("EINVAL", guest.Ask(XsMessageType.ResetWatches, "x\0"));
    }

    [Theory]
    [InlineData("/a\0")]
    [InlineData("/a")]
    [InlineData("")]
    [InlineData("/a\0t")]
    [InlineData("/a\0t\0x")]
    [InlineData("/a\0t\0" + "-1\0")]
    [InlineData("/a\0t\0\0")]
    [InlineData("/a\0t\0" + "2147483648\0")]
    [InlineData("/a\0t\0" + "1\0" + "1\0")]
    [Trait("Clause", "XS-092")]
    public void Watch_WithBadArguments_IsEINVAL(string payload)
    {
        using var store = new Store();
        Assert.Equal("EINVAL", store.Control.Ask(XsMessageType.Watch, payload));
        store.Control.Write("/a", "v");
        Assert.Empty(store.Control.Events());
    }

    [Theory]
    [InlineData("/a\0", "EINVAL")]
    [InlineData("/a\0t\0t\0", "EINVAL")]
    [InlineData("/a\0t", "EINVAL")]
    [InlineData("/a\0t\0reserved", "OK")]
    public void Unwatch_TakesTwoStrings(string payload, string expected)
    {
        using var store = new Store();
        store.Control.WatchQuietly("/a", "t");
        Assert.Equal(expected, store.Control.Ask(XsMessageType.Unwatch, payload));
    }

    [Fact]
    [Trait("Clause", "XS-092")]
    public void Depth_LimitsTheLevels()
    {
        using var store = new Store();
        void Set(string path, int depth) =>
            Assert.Equal("OK", store.Control.Ask(XsMessageType.Watch, $"{path}\0{depth}\0{depth}\0"));
        Set("/a", 0);
        Set("/a", 1);
        Set("/a", 2);
        Assert.Equal("OK", store.Control.Ask(XsMessageType.Watch, "/\0r\0" + "1\0"));
        store.Control.Write("/a/b/c", "");
        store.Control.Events();

        store.Control.Write("/a", "v");
        Assert.Equal(["/a 0", "/a 1", "/a 2", "/a r"], store.Control.Events());
        store.Control.Write("/a/b", "v");
        Assert.Equal(["/a/b 1", "/a/b 2"], store.Control.Events());
        store.Control.Write("/a/b/c", "v");
        Assert.Equal(["/a/b/c 2"], store.Control.Events());
        store.Control.Write("/a/b/c/d", "v");
        Assert.Empty(store.Control.Events());
        store.Control.Rm("/a");
        Assert.Equal(["/a 0", "/a 1", "/a 2", "/a r"], store.Control.Events());
    }

    [Fact]
    [Trait("Clause", "XS-071")]
    [Trait("Clause", "XS-092")]
    public void DepthWatch_HearsOfParentsThatADeeperWriteCreates()
    {
        using var store = new Store();
        store.Control.WatchQuietly("/a", "0", depth: 0);
        store.Control.WatchQuietly("/", "2", depth: 2);
        store.Control.WatchQuietly("/a", "9", depth: 9);
        store.Control.WatchQuietly("/a", "all");

        store.Control.Write("/a/b/c/d", "v");
        Assert.Equal(["/a 0", "/a/b 2", "/a/b/c/d 9", "/a/b/c/d all"], store.Control.Events());
        store.Control.Rm("/a");
        store.Control.Events();

        uint tx = store.Control.Begin();
        store.Control.Write("/a/b/c/d", "v", tx);
        store.Control.Commit(tx);
        Assert.Equal(["/a 0", "/a/b 2", "/a/b/c/d 9", "/a/b/c/d all"], store.Control.Events().Order());
    }

    [Fact]
    [Trait("Clause", "XS-092")]
    public void Depth_IsRefused_WhereItIsNotOffered()
    {
        using var store = new Store(new StoreSettings { Features = XsServerFeatures.Error });
        Assert.Equal("EINVAL", store.Control.Ask(XsMessageType.Watch, "/a\0t\0" + "1\0"));
        store.Host.Start(5);
        store.Control.Ask(XsMessageType.SetFeature, "5\0" + "4\0");
        Assert.Equal("OK", store.Introduce(5).Ask(XsMessageType.Watch, "a\0t\0" + "1\0"));
    }
}
