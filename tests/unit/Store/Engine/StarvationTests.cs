using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Engine;

namespace Conformance.Tests.Unit.Store.Engine;

[Trait("Clause", "XS-126")]
public class StarvationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadModifyWrite_Commits_HoweverFastAnotherClientWritesTheSameNode(bool byTransactions)
    {
        using var store = new Store();
        store.Control.Write("/counter", "0");
        store.Control.SetPerms("/counter", "b0");
        var victim = store.Guest(5);
        var flooder = store.Guest(6);
        int attempts = 0;
        string result;
        do
        {
            Assert.True(++attempts < 10);
            uint tx = victim.Begin();
            victim.Read("/counter", tx);
            victim.Write("/counter", "mine", tx);
            if (flooder.Connection.AcceptsRequests)
            {
                Flood(flooder, byTransactions);
            }

            result = victim.Commit(tx);
        }
        while (result == "EAGAIN");

        Assert.Equal("OK", result);
        Assert.Equal(5, attempts);
        Assert.Equal("theirs", store.Control.Read("/counter"));
        Assert.True(flooder.Connection.AcceptsRequests);
        Assert.Equal("OK", flooder.Receive()[^1].Text);
    }

    [Fact]
    public void FloodElsewhere_NeverConflicts_AndNeverWaits()
    {
        using var store = new Store();
        var (victim, flooder, tx) = Protected(store);
        Assert.Equal("OK", flooder.Write("own", "v"));
        Assert.Equal("v", flooder.Read("own"));
        Assert.Equal("1", flooder.Read("/counter"));
        Assert.Equal("OK", victim.Commit(tx));
    }

    [Theory]
    [InlineData(XsMessageType.Write, "/counter\0v")]
    [InlineData(XsMessageType.Rm, "/counter\0")]
    [InlineData(XsMessageType.SetPerms, "/counter\0n6\0")]
    [InlineData(XsMessageType.Write, "/dir/missing/deeper\0v")]
    [InlineData(XsMessageType.Mkdir, "/dir/new\0")]
    [InlineData(XsMessageType.Rm, "/dir\0")]
    [InlineData(XsMessageType.Rm, "/dir/child\0")]
    public void ChangeOfWhatAProtectedTransactionTouched_WaitsForItsEnd(XsMessageType type, string payload)
    {
        using var store = new Store();
        store.Control.Write("/dir/child", "");
        store.Control.SetPerms("/dir", "b0");
        store.Control.SetPerms("/dir/child", "b0");
        var (victim, flooder, tx) = Protected(store);
        victim.Directory("/dir", tx);
        victim.Read("/dir/missing", tx);
        flooder.Send(type, payload);
        Assert.False(flooder.Connection.AcceptsRequests);
        Assert.False(flooder.Connection.HasOutput);
        store.Host.Woken.Clear();
        Assert.Equal("OK", victim.Commit(tx));
        Assert.True(flooder.Connection.AcceptsRequests);
        Assert.Contains(flooder.Connection, store.Host.Woken);
        Assert.Single(flooder.Receive());
    }

    [Fact]
    public void RemovalAboveWhatAProtectedTransactionTouched_Waits()
    {
        using var store = new Store();
        store.Control.Write("/dir/sub/leaf", "");
        store.Control.SetPerms("/dir/sub", "b0");
        store.Control.SetPerms("/dir/sub/leaf", "r0");
        var (victim, flooder, tx) = Protected(store);
        Assert.Equal("", victim.Read("/dir/sub/leaf", tx));
        flooder.Send(XsMessageType.Rm, "/dir/sub\0");
        Assert.False(flooder.Connection.HasOutput);
        Assert.Equal("OK", victim.Commit(tx));
        Assert.Equal("OK", Assert.Single(flooder.Receive()).Text);
    }

    [Theory]
    [InlineData(XsMessageType.Write, "/dir/child\0v")]
    [InlineData(XsMessageType.Mkdir, "/elsewhere\0")]
    [InlineData(XsMessageType.Write, "/dir/\0v")]
    [InlineData(XsMessageType.Write, "")]
    [InlineData(XsMessageType.TransactionEnd, "T\0")]
    [InlineData(XsMessageType.TransactionStart, "\0")]
    public void EverythingElse_IsServedAtOnce(XsMessageType type, string payload)
    {
        using var store = new Store();
        store.Control.Write("/dir/child", "");
        store.Control.SetPerms("/dir/child", "b0");
        var (victim, flooder, tx) = Protected(store);
        victim.Directory("/dir", tx);
        flooder.Ask(type, payload);
        Assert.True(flooder.Connection.AcceptsRequests);
        victim.Abort(tx);
    }

    [Fact]
    public void CommitOfSomethingElse_IsServedAtOnce()
    {
        using var store = new Store();
        var (victim, flooder, tx) = Protected(store);
        uint other = flooder.Begin();
        flooder.Write("own", "v", other);
        Assert.Equal("OK", flooder.Commit(other));
        Assert.Equal("OK", victim.Commit(tx));
    }

    [Fact]
    public void PrivilegedClient_NeverWaitsForAnUnprivilegedOne()
    {
        using var store = new Store();
        var (victim, _, tx) = Protected(store);
        Assert.Equal("OK", store.Control.Write("/counter", "2"));
        Assert.Equal("EAGAIN", victim.Commit(tx));
    }

    [Fact]
    public void PrivilegedClients_NeverWaitForEachOther()
    {
        using var store = new Store();
        var other = store.Connect();
        store.Control.Write("/counter", "1");
        for (int i = 0; i < 6; i++)
        {
            uint lost = store.Control.Begin();
            store.Control.Read("/counter", lost);
            Assert.Equal("OK", other.Write("/counter", "2"));
            Assert.Equal("EAGAIN", store.Control.Commit(lost));
        }
    }

    [Fact]
    public void OwnChanges_NeverWait()
    {
        using var store = new Store();
        var (victim, _, tx) = Protected(store);
        Assert.Equal("OK", victim.Write("/counter", "own"));
        Assert.Equal("EAGAIN", victim.Commit(tx));
    }

    [Fact]
    public void WaitingEnds_WhenTimeIsUp()
    {
        using var store = new Store();
        var (victim, flooder, tx) = Protected(store);
        flooder.Send(XsMessageType.Write, "/counter\0" + "2");
        store.Engine.Elapse(TimeSpan.FromSeconds(10));
        store.Engine.Elapse(TimeSpan.FromSeconds(10.9));
        Assert.False(flooder.Connection.HasOutput);
        store.Engine.Elapse(TimeSpan.FromSeconds(11));
        Assert.Equal("OK", Assert.Single(flooder.Receive()).Text);
        Assert.Equal("EAGAIN", victim.Commit(tx));
    }

    [Theory]
    [InlineData("abort")]
    [InlineData("reset")]
    [InlineData("abandon")]
    [InlineData("death")]
    [InlineData("reset-watches")]
    public void WaitingEnds_HoweverTheTransactionEnds(string how)
    {
        using var store = new Store();
        var (victim, flooder, tx) = Protected(store);
        flooder.Send(XsMessageType.Write, "/counter\0" + "2");
        Assert.False(flooder.Connection.HasOutput);
        switch (how)
        {
            case "abort":
                victim.Abort(tx);
                break;
            case "reset":
                store.Engine.Reset(victim.Connection);
                break;
            case "abandon":
                store.Engine.Abandon(victim.Connection);
                break;
            case "death":
                store.Host.End(5);
                store.Engine.DomainsChanged();
                break;
            default:
                victim.Ask(XsMessageType.ResetWatches, "\0");
                break;
        }

        Assert.Equal("OK", Assert.Single(flooder.Receive()).Text);
        Assert.Equal("2", store.Control.Read("/counter"));
    }

    [Theory]
    [InlineData("secret")]
    [InlineData("missing")]
    public void NobodyWaits_ForATransactionThatWasRefusedWhatItLookedUp(string name)
    {
        using var store = new Store(new StoreSettings { ConflictsBeforeProtection = 0 });
        var prying = store.Guest(5);
        var owner = store.Guest(6);
        owner.Write("secret", "1");
        uint tx = prying.Begin();
        Assert.Equal("EACCES", prying.Read($"/local/domain/6/{name}", tx));
        Assert.Equal("OK", owner.Write(name, "2"));
        Assert.Equal("OK", owner.Rm(name));
    }

    [Fact]
    public void CloseOfAPrivilegedVictim_EndsTheWaiting()
    {
        using var store = new Store(new StoreSettings { ConflictsBeforeProtection = 0 });
        var victim = store.Connect();
        store.Control.Write("/counter", "1");
        store.Control.SetPerms("/counter", "b0");
        var flooder = store.Guest(6);
        uint tx = victim.Begin();
        victim.Read("/counter", tx);
        flooder.Send(XsMessageType.Write, "/counter\0" + "2");
        Assert.False(flooder.Connection.HasOutput);
        store.Engine.Close(victim.Connection);
        Assert.Equal("OK", Assert.Single(flooder.Receive()).Text);
    }

    [Fact]
    public void WaitingClientThatIsReset_LosesItsRequest()
    {
        using var store = new Store();
        var (victim, flooder, tx) = Protected(store);
        flooder.Send(XsMessageType.Write, "/counter\0" + "2");
        store.Engine.Reset(flooder.Connection);
        Assert.True(flooder.Connection.AcceptsRequests);
        Assert.Equal("OK", victim.Commit(tx));
        Assert.False(flooder.Connection.HasOutput);
        Assert.Equal("1", store.Control.Read("/counter"));
    }

    [Fact]
    public void RequestSentInSpiteOfTheWaiting_KeepsTheOrder()
    {
        using var store = new Store();
        var (victim, flooder, tx) = Protected(store);
        flooder.Send(XsMessageType.Write, "/counter\0" + "2");
        flooder.Send(XsMessageType.Read, "/counter\0");
        Assert.Equal(["OK", "2"], flooder.Receive().Select(m => m.Text));
        Assert.Equal("EAGAIN", victim.Commit(tx));
    }

    [Fact]
    public void Success_EndsTheStreak()
    {
        using var store = new Store();
        var (victim, flooder, tx) = Protected(store);
        Assert.Equal("OK", victim.Commit(tx));
        tx = victim.Begin();
        victim.Read("/counter", tx);
        Assert.Equal("OK", flooder.Write("/counter", "2"));
        Assert.Equal("EAGAIN", victim.Commit(tx));
    }

    /// <summary>A guest whose fifth transaction in a row has read /counter, and another guest that may change it.</summary>
    private static (Client Victim, Client Flooder, uint Tx) Protected(Store store)
    {
        store.Control.Write("/counter", "1");
        store.Control.SetPerms("/counter", "b0");
        store.Control.Mkdir("/dir");
        store.Control.SetPerms("/dir", "b0");
        var victim = store.Guest(5);
        var flooder = store.Guest(6);
        for (int i = 0; i < 4; i++)
        {
            uint lost = victim.Begin();
            victim.Read("/counter", lost);
            flooder.Write("/counter", "1");
            Assert.Equal("EAGAIN", victim.Commit(lost));
        }

        uint tx = victim.Begin();
        Assert.Equal("1", victim.Read("/counter", tx));
        return (victim, flooder, tx);
    }

    private static void Flood(Client flooder, bool byTransactions)
    {
        if (!byTransactions)
        {
            flooder.Send(XsMessageType.Write, "/counter\0theirs");
            return;
        }

        flooder.Receive();
        uint tx = flooder.Begin();
        flooder.Write("/counter", "theirs", tx);
        flooder.Send(XsMessageType.TransactionEnd, "T\0", tx);
    }
}
