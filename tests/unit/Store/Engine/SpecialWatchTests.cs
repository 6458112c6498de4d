using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Engine;

namespace Conformance.Tests.Unit.Store.Engine;

[Trait("Clause", "XS-088")]
public class SpecialWatchTests
{
    [Fact]
    public void Introduction_IsToldToPrivilegedWatchers()
    {
        using var store = new Store();
        store.Control.WatchQuietly("@introduceDomain", "t");
        store.Control.WatchQuietly("@releaseDomain", "r");
        store.Guest(5);
        Assert.Equal(["@introduceDomain t"], store.Control.Events());
    }

    [Fact]
    public void Guest_HearsOnlyWhatItIsPermitted()
    {
        using var store = new Store();
        var denied = store.Guest(5);
        var allowed = store.Guest(6);
        store.Control.SetPerms("@releaseDomain", "n0 r6");
        foreach (var guest in new[] { denied, allowed })
        {
            guest.WatchQuietly("@releaseDomain", "t");
            guest.WatchQuietly("@introduceDomain", "t");
        }

        store.Guest(7);
        store.Host.End(7);
        store.Engine.DomainsChanged();
        Assert.Empty(denied.Events());
        Assert.Equal(["@releaseDomain t"], allowed.Events());
    }

    [Fact]
    [Trait("Clause", "XS-080")]
    public void SpecialEvents_AreNeverMerged()
    {
        using var store = new Store();
        var watcher = store.Connect();
        watcher.WatchQuietly("@releaseDomain", "t");
        for (ushort id = 5; id < 8; id++)
        {
            store.Guest(id);
            store.Host.End(id);
        }

        store.Engine.DomainsChanged();
        Assert.Equal(["@releaseDomain t", "@releaseDomain t", "@releaseDomain t"], watcher.Events());
    }

    [Fact]
    [Trait("Clause", "XS-092")]
    public void Depth_AsksForTheDomainsNumber()
    {
        using var store = new Store();
        store.Guest(5);
        store.Guest(15);
        store.Control.WatchQuietly("@releaseDomain", "plain");
        store.Control.WatchQuietly("@releaseDomain/5", "single");
        store.Control.WatchQuietly("@releaseDomain", "zero", depth: 0);
        store.Control.WatchQuietly("@releaseDomain", "one", depth: 1);
        store.Control.WatchQuietly("@introduceDomain", "in", depth: 1);
        store.Host.Set(5, DomainLife.Shutdown);
        store.Engine.DomainsChanged();
        Assert.Equal(
            ["@releaseDomain plain", "@releaseDomain/5 single", "@releaseDomain zero", "@releaseDomain/5 one"],
            store.Control.Events());
        store.Host.End(15);
        store.Engine.DomainsChanged();
        Assert.Equal(["@releaseDomain plain", "@releaseDomain zero", "@releaseDomain/15 one"], store.Control.Events());
        store.Guest(1234);
        Assert.Equal(["@introduceDomain/1234 in"], store.Control.Events());
    }

    [Fact]
    public void InitialEventOfASpecialWatch_IsNotMergedEither()
    {
        using var store = new Store();
        store.Control.Send(XsMessageType.Watch, "@any\0t\0");
        store.Control.Send(XsMessageType.Unwatch, "@any\0t\0");
        store.Control.Send(XsMessageType.Watch, "@any\0t\0");
        Assert.Equal(2, store.Control.Receive().Count(m => m.Header.Type == XsMessageType.WatchEvent));
    }
}
