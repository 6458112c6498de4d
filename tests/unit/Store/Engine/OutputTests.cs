using System.Text;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Engine;

namespace Conformance.Tests.Unit.Store.Engine;

public class OutputTests
{
    [Fact]
    [Trait("Clause", "XS-025")]
    public void Reset_WakesAClientThatWasRefused()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        while (guest.Connection.AcceptsRequests)
        {
            guest.Send(XsMessageType.Read, "x\0");
        }

        store.Host.Woken.Clear();
        store.Engine.Reset(guest.Connection);
        Assert.True(guest.Connection.AcceptsRequests);
        Assert.Contains(guest.Connection, store.Host.Woken);
    }

    [Fact]
    [Trait("Clause", "XS-015")]
    public void Output_CanBeTakenInAnySplit()
    {
        using var store = new Store();
        store.Control.Write("/a", new string('v', 1234));
        store.Control.WatchQuietly("/b", "t");
        foreach (int step in new[] { 1, 7, 16, 1000 })
        {
            for (int i = 0; i < 20; i++)
            {
                store.Control.Send(XsMessageType.Read, "/a\0");
                store.Control.Send(XsMessageType.Write, $"/b/{i}\0x");
            }

            var bytes = new List<byte>();
            while (store.Control.Connection.HasOutput)
            {
                var chunk = store.Control.Connection.PeekOutput();
                int count = Math.Min(step, chunk.Length);
                bytes.AddRange(chunk.Span[..count]);
                store.Control.Connection.ConsumeOutput(count);
            }

            var messages = Client.Parse([.. bytes]);
            Assert.Equal(60, messages.Count);
            Assert.Equal(20, messages.Count(m => m.Header.Type == XsMessageType.Read && m.Payload.Length == 1234));
            Assert.Equal(Enumerable.Range(0, 20).Select(i => $"/b/{i}\0t\0"), messages.Where(m => m.Header.Type == XsMessageType.WatchEvent).Select(m => m.Payload));
            Assert.True(store.Control.Connection.PeekOutput().IsEmpty);
        }
    }

    [Fact]
    public void Consume_OfMoreThanThereIs_Throws()
    {
        using var store = new Store();
        Assert.Throws<ArgumentOutOfRangeException>(() => store.Control.Connection.ConsumeOutput(1));
        store.Control.Send(XsMessageType.Read, "/\0");
        int length = store.Control.Connection.PeekOutput().Length;
        Assert.Throws<ArgumentOutOfRangeException>(() => store.Control.Connection.ConsumeOutput(length + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => store.Control.Connection.ConsumeOutput(-1));
        store.Control.Connection.ConsumeOutput(length);
    }

    [Fact]
    [Trait("Clause", "XS-080")]
    public void EventPartlyTaken_IsStillQueued()
    {
        using var store = new Store();
        var watcher = store.Connect();
        watcher.WatchQuietly("/a", "t");
        store.Control.Write("/a", "1");
        watcher.Connection.ConsumeOutput(17);
        store.Control.Write("/a", "2");
        int rest = watcher.Connection.PeekOutput().Length;
        Assert.Equal(XsHeader.Size + "/a\0t\0".Length - 17, rest);
        watcher.Connection.ConsumeOutput(rest);
        store.Control.Write("/a", "3");
        Assert.Equal(["/a t"], watcher.Events());
    }

    [Fact]
    public void PeekedBytes_StayAsTheyAre_WhenTheConnectionIsReset()
    {
        using var store = new Store();
        store.Control.Write("/a", "mine");
        var guest = store.Guest(5);
        guest.Write("a", "theirs");
        guest.Send(XsMessageType.Read, "a\0");
        var peeked = guest.Connection.PeekOutput();
        byte[] copy = peeked.ToArray();
        store.Engine.Reset(guest.Connection);
        for (int i = 0; i < 10; i++)
        {
            store.Control.Read("/a");
            guest.Read("a");
        }

        Assert.Equal(copy, peeked.ToArray());
        Assert.Contains("theirs", Encoding.Latin1.GetString(copy));
    }

    [Fact]
    public void Wake_IsCalledWhenOutputAppears()
    {
        using var store = new Store();
        var watcher = store.Connect();
        watcher.WatchQuietly("/a", "t");
        store.Host.Woken.Clear();
        store.Control.Write("/a", "v");
        store.Control.Write("/a/b", "v");
        Assert.Equal([watcher.Connection, store.Control.Connection, store.Control.Connection], store.Host.Woken);
    }

    [Fact]
    [Trait("Clause", "XS-123")]
    [Trait("Clause", "XS-124")]
    public void OutstandingRequests_StopTheReading_UntilRepliesAreTaken()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        for (int i = 0; i < 20; i++)
        {
            Assert.True(guest.Connection.AcceptsRequests);
            guest.Send(XsMessageType.Read, "a\0");
        }

        Assert.False(guest.Connection.AcceptsRequests);
        store.Host.Woken.Clear();
        guest.Connection.ConsumeOutput(XsHeader.Size);
        Assert.Empty(store.Host.Woken);
        guest.Connection.ConsumeOutput("ENOENT\0".Length);
        Assert.Equal([guest.Connection], store.Host.Woken);
        Assert.True(guest.Connection.AcceptsRequests);
        guest.Send(XsMessageType.Read, "a\0");
        Assert.False(guest.Connection.AcceptsRequests);
        Assert.Equal(20, guest.Receive().Count);
        Assert.Equal([guest.Connection, guest.Connection], store.Host.Woken);
    }

    [Fact]
    [Trait("Clause", "XS-124")]
    public void RaisedLimit_WakesAWaitingGuest()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        for (int i = 0; i < 20; i++)
        {
            guest.Send(XsMessageType.Read, "a\0");
        }

        store.Host.Woken.Clear();
        store.Control.Ask(XsMessageType.SetQuota, "outstanding\0" + "0\0");
        Assert.True(guest.Connection.AcceptsRequests);
        Assert.Contains(guest.Connection, store.Host.Woken);
    }

    [Fact]
    [Trait("Clause", "XS-124")]
    public void MemoryLimit_StopsTheReading_AndFailsNoRequest()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        store.Control.Ask(XsMessageType.SetQuota, "outstanding\0" + "0\0");
        store.Control.Write("/local/domain/5/a", new string('v', 2000));
        store.Control.Ask(XsMessageType.SetQuota, "memory\0" + "20000\0");
        int sent = 0;
        while (guest.Connection.AcceptsRequests)
        {
            Assert.True(++sent < 100);
            guest.Send(XsMessageType.Read, "a\0");
        }

        store.Host.Woken.Clear();
        var replies = guest.Receive();
        Assert.Equal(sent, replies.Count(m => m.Text.Length == 2000));
        Assert.True(sent > 5);
        Assert.Contains(guest.Connection, store.Host.Woken);
        Assert.True(guest.Connection.AcceptsRequests);
    }

    [Fact]
    [Trait("Clause", "XS-124")]
    public void LastingMemoryAboveALoweredLimit_DoesNotStopAGuestThatReads()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        guest.Write("a", new string('v', 2000));
        store.Control.Ask(XsMessageType.SetQuota, "memory\0" + "100\0");
        Assert.True(guest.Connection.AcceptsRequests);
        Assert.Equal(2000, guest.Read("a").Length);
        Assert.Equal("OK", guest.Rm("a"));
    }

    [Fact]
    [Trait("Clause", "XS-125")]
    public void EventsOfAGuestWithoutMemory_AreDropped()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        store.Control.Ask(XsMessageType.SetQuota, "5\0memory\0" + "1000\0");
        guest.WatchQuietly("a", "t");
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal("OK", store.Control.Write($"/local/domain/5/a/{i}", ""));
            store.Control.SetPerms($"/local/domain/5/a/{i}", "r0");
        }

        int events = guest.Events().Count;
        Assert.InRange(events, 5, 50);
    }

    [Fact]
    [Trait("Clause", "XS-124")]
    public void PrivilegedClientThatReadsNothing_IsNotReadFromEither()
    {
        using var store = new Store(new StoreSettings { SocketBacklogBytes = 10_000 });
        var lazy = store.Connect();
        store.Control.Write("/a", new string('v', 1000));
        int sent = 0;
        while (lazy.Connection.AcceptsRequests)
        {
            Assert.True(++sent < 50);
            lazy.Send(XsMessageType.Read, "/a\0");
        }

        Assert.Equal(10, sent);
        store.Host.Woken.Clear();
        Assert.Equal(10, lazy.Receive().Count);
        Assert.Contains(lazy.Connection, store.Host.Woken);
        Assert.True(lazy.Connection.AcceptsRequests);
    }

    [Fact]
    [Trait("Clause", "XS-125")]
    public void PrivilegedClientBuriedInEvents_IsGivenUp()
    {
        using var store = new Store(new StoreSettings { SocketUnreadLimitBytes = 10_000 });
        var lazy = store.Connect();
        lazy.WatchQuietly("/", "t");
        lazy.WatchQuietly("/", "u");
        store.Host.Woken.Clear();
        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal("OK", store.Control.Write($"/a/{i}", ""));
        }

        Assert.False(lazy.Connection.IsServed);
        Assert.False(lazy.Connection.HasOutput);
        Assert.Equal(2, store.Host.Woken.Count(woken => woken == lazy.Connection));
        Assert.Contains("watches 0", store.Control.Ask(XsMessageType.Control, "memreport\0"));
    }

    [Fact]
    [Trait("Clause", "XS-125")]
    public void UnreadEvent_TimesOutWithItsConnection()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        guest.WatchQuietly("a", "t");
        guest.WatchQuietly("b", "t");
        guest.Send(XsMessageType.Read, "a\0");
        store.Control.Write("/local/domain/5/a", "v");
        store.Control.Write("/local/domain/5/b", "v");
        store.Engine.Elapse(TimeSpan.FromSeconds(5));
        store.Engine.Elapse(TimeSpan.FromSeconds(24));
        Assert.True(guest.Connection.IsServed);
        int reply = XsHeader.Size + "ENOENT\0".Length;
        guest.Connection.ConsumeOutput(reply + XsHeader.Size + "a\0t\0".Length);
        store.Engine.Elapse(TimeSpan.FromSeconds(25));
        store.Engine.Elapse(TimeSpan.FromSeconds(44.9));
        Assert.True(guest.Connection.IsServed);
        Assert.Empty(store.Host.Detached);
        store.Engine.Elapse(TimeSpan.FromSeconds(45));
        Assert.False(guest.Connection.IsServed);
        Assert.False(guest.Connection.HasOutput);
        Assert.Equal([guest.Connection], store.Host.Detached);
        Assert.Equal("T", store.Control.Ask(XsMessageType.IsDomainIntroduced, "5\0"));
    }

    [Fact]
    [Trait("Clause", "XS-125")]
    public void UnreadReplies_AndPrivilegedClients_DoNotTimeOut()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        guest.Send(XsMessageType.Read, "a\0");
        var watcher = store.Connect();
        watcher.WatchQuietly("/a", "t");
        store.Control.Write("/a", "v");
        for (int second = 0; second < 100; second += 10)
        {
            store.Engine.Elapse(TimeSpan.FromSeconds(second));
        }

        Assert.True(guest.Connection.IsServed);
        Assert.True(watcher.Connection.IsServed);
    }
}
