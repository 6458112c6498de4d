using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Engine;

namespace Conformance.Tests.Unit.Store.Engine;

public class DomainTests
{
    [Fact]
    public void Introduce_AttachesTheRing_AndMakesTheGuestKnown()
    {
        using var store = new Store();
        store.Host.Start(5);
        Assert.Equal("F", store.Control.Ask(XsMessageType.IsDomainIntroduced, "5\0"));
        Assert.Null(store.Engine.FindGuest(new DomainId(5)));
        Assert.Equal("OK", store.Control.Ask(XsMessageType.Introduce, "5\0" + "123\0" + "7\0reserved"));
        var guest = store.Engine.FindGuest(new DomainId(5));
        Assert.NotNull(guest);
        Assert.Equal((guest, 123UL, 7u), Assert.Single(store.Host.Attached));
        Assert.Equal("T", store.Control.Ask(XsMessageType.IsDomainIntroduced, "5\0"));
        Assert.Equal("T", store.Control.Ask(XsMessageType.IsDomainIntroduced, "0\0"));
    }

    [Theory]
    [InlineData("-1", ulong.MaxValue)]
    [InlineData("0", 0UL)]
    [InlineData("-9223372036854775808", 1UL << 63)]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    public void Introduce_TakesASignedFrame(string text, ulong frame)
    {
        using var store = new Store();
        store.Host.Start(5);
        Assert.Equal("OK", store.Control.Ask(XsMessageType.Introduce, $"5\0{text}\0" + "7\0"));
        Assert.Equal(frame, store.Host.Attached[0].Frame);
    }

    [Theory]
    [InlineData("", "EINVAL")]
    [InlineData("5\0", "EINVAL")]
    [InlineData("5\0" + "1\0", "EINVAL")]
    [InlineData("5\0" + "1\0" + "7", "EINVAL")]
    [InlineData("0\0" + "1\0" + "7\0", "EINVAL")]
    [InlineData("-5\0" + "1\0" + "7\0", "EINVAL")]
    [InlineData("32752\0" + "1\0" + "7\0", "EINVAL")]
    [InlineData("5\0x\0" + "7\0", "EINVAL")]
    [InlineData("5\0-9223372036854775809\0" + "7\0", "EINVAL")]
    [InlineData("5\0" + "1\0" + "0\0", "EINVAL")]
    [InlineData("5\0" + "1\0-7\0", "EINVAL")]
    [InlineData("5\0" + "1\0" + "4294967296\0", "EINVAL")]
    [InlineData("6\0" + "1\0" + "7\0", "ENOENT")]
    [Trait("Clause", "XS-130")]
    public void Introduce_ChecksItsArguments(string payload, string expected)
    {
        using var store = new Store();
        store.Host.Start(5);
        Assert.Equal(expected, store.Control.Ask(XsMessageType.Introduce, payload));
        Assert.Empty(store.Host.Attached);
    }

    [Fact]
    [Trait("Clause", "XS-029")]
    public void FailedRing_LeavesTheDomainUnknown_AndAWorkingOneAsItWas()
    {
        using var store = new Store();
        store.Control.WatchQuietly("@introduceDomain", "t");
        store.Host.Start(5);
        store.Host.RefusesRings = true;
        Assert.Equal("EINVAL", store.Control.Ask(XsMessageType.Introduce, "5\0" + "1\0" + "7\0"));
        Assert.Equal("F", store.Control.Ask(XsMessageType.IsDomainIntroduced, "5\0"));
        Assert.Empty(store.Control.Events());
        store.Host.RefusesRings = false;
        var guest = store.Guest(6);
        guest.WatchQuietly("a", "t");
        store.Host.RefusesRings = true;
        Assert.Equal("EINVAL", store.Control.Ask(XsMessageType.Introduce, "6\0" + "1\0" + "7\0"));
        guest.Write("a", "v");
        Assert.Equal(["a t"], guest.Events());
    }

    [Fact]
    [Trait("Clause", "XS-029")]
    public void SecondIntroduce_ResetsTheConnection_AndIsNotTold()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        guest.WatchQuietly("a", "t");
        uint tx = guest.Begin();
        guest.Send(XsMessageType.Read, "a\0");
        store.Control.WatchQuietly("@introduceDomain", "t");
        Assert.Equal("OK", store.Control.Ask(XsMessageType.Introduce, "5\0" + "1000\0" + "9\0"));

        Assert.Empty(store.Control.Events());
        Assert.Same(guest.Connection, store.Engine.FindGuest(new DomainId(5)));
        Assert.Equal(9u, store.Host.Attached[^1].Port);
        Assert.False(guest.Connection.HasOutput);
        Assert.Equal("ENOENT", guest.Commit(tx));
        guest.Write("a", "v");
        Assert.Empty(guest.Events());
    }

    [Fact]
    [Trait("Clause", "XS-025")]
    public void Reset_DropsWatchesTransactionsAndOutput()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        guest.WatchQuietly("a", "t");
        uint tx = guest.Begin();
        guest.Send(XsMessageType.Write, "a\0v");
        store.Engine.Reset(guest.Connection);
        Assert.False(guest.Connection.HasOutput);
        Assert.True(guest.Connection.AcceptsRequests);
        Assert.True(guest.Connection.PeekOutput().IsEmpty);
        Assert.Equal("ENOENT", guest.Commit(tx));
        guest.Write("a", "v");
        Assert.Empty(guest.Events());
    }

    [Fact]
    [Trait("Clause", "XS-088")]
    [Trait("Clause", "XS-089")]
    public void Shutdown_IsToldOnce_UntilResume_AndTheEndIsToldAgain()
    {
        using var store = new Store();
        store.Guest(5);
        store.Control.WatchQuietly("@releaseDomain", "t");
        store.Engine.DomainsChanged();
        Assert.Empty(store.Control.Events());
        store.Host.Set(5, DomainLife.Shutdown);
        store.Engine.DomainsChanged();
        Assert.Equal(["@releaseDomain t"], store.Control.Events());
        store.Engine.DomainsChanged();
        Assert.Empty(store.Control.Events());

        store.Host.Set(5, DomainLife.Running);
        Assert.Equal("OK", store.Control.Ask(XsMessageType.Resume, "5\0"));
        store.Engine.DomainsChanged();
        Assert.Empty(store.Control.Events());
        store.Host.Set(5, DomainLife.Shutdown);
        store.Engine.DomainsChanged();
        Assert.Equal(["@releaseDomain t"], store.Control.Events());
        store.Host.Set(5, DomainLife.Dying);
        store.Engine.DomainsChanged();
        Assert.Equal(["@releaseDomain t"], store.Control.Events());
        Assert.Equal("F", store.Control.Ask(XsMessageType.IsDomainIntroduced, "5\0"));
        store.Host.End(5);
        store.Engine.DomainsChanged();
        Assert.Empty(store.Control.Events());
    }

    [Fact]
    [Trait("Clause", "XS-060")]
    public void Death_RemovesNodesAndEntries_AndDetachesTheRing()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        var other = store.Guest(6);
        guest.Write("a/b", "v");
        store.Control.Write("/local/domain/5/a/by-domain-0", "v");
        other.Write("x", "v");
        other.SetPerms("x", "n6 r5 r0");
        store.Control.Write("/misc/owned", "v");
        store.Control.SetPerms("/misc/owned", "n5");
        store.Control.Write("/misc/next", "v");
        store.Control.SetPerms("/", "n5");
        store.Control.SetPerms("@releaseDomain", "n0 r5 r6");
        store.Control.SetPerms("@introduceDomain", "r5 r6");
        store.Control.WatchQuietly("/local/domain/5", "t");
        guest.WatchQuietly("a", "t");
        guest.Begin();

        store.Host.End(5);
        store.Engine.DomainsChanged();

        Assert.Equal(["/local/domain/5 t"], store.Control.Events());
        Assert.Equal("6", store.Control.Directory("/local/domain"));
        Assert.Equal("n6 r0", store.Control.GetPerms("/local/domain/6/x"));
        Assert.Equal("next", store.Control.Directory("/misc"));
        Assert.Equal("n0", store.Control.GetPerms("/"));
        Assert.Equal("n0 r6", store.Control.GetPerms("@releaseDomain"));
        Assert.Equal("n0 r6", store.Control.GetPerms("@introduceDomain"));
        Assert.Equal([guest.Connection], store.Host.Detached);
        Assert.False(guest.Connection.IsServed);
        Assert.False(guest.Connection.HasOutput);
        Assert.Null(store.Engine.FindGuest(new DomainId(5)));
    }

    [Fact]
    [Trait("Clause", "XS-061")]
    public void DomainWithAUsedNumber_InheritsNothing()
    {
        using var store = new Store();
        var first = store.Guest(5);
        first.Write("a", "secret");
        store.Control.Write("/granted", "secret");
        store.Control.SetPerms("/granted", "n0 b5");
        store.Control.Ask(XsMessageType.SetQuota, "5\0nodes\0" + "7\0");
        first.WatchQuietly("/granted", "t");
        uint tx = first.Begin();
        for (int i = 0; i < 9; i++)
        {
            first.Begin();
        }

        store.Host.Start(5);
        var second = store.Introduce(5);

        Assert.NotSame(first.Connection, second.Connection);
        Assert.Equal("EACCES", second.Read("/granted"));
        Assert.Equal("EACCES", second.Read("a"));
        Assert.Equal("ENOENT", store.Control.Read("/local/domain/5"));
        Assert.Equal("ENOENT", second.Ask(XsMessageType.TransactionEnd, "T\0", tx));
        store.Control.Write("/granted", "v");
        Assert.Empty(second.Events());
        Assert.Equal("1000", store.Control.Ask(XsMessageType.GetQuota, "5\0nodes\0"));
        for (int i = 0; i < 10; i++)
        {
            second.Begin();
        }
    }

    [Fact]
    [Trait("Clause", "XS-061")]
    public void ReuseBeforeTheStoreNoticed_IsFoundWhenTheNumberIsUsed()
    {
        using var store = new Store();
        store.Guest(5).Write("a", "v");
        store.Control.Write("/b", "v");
        store.Control.WatchQuietly("@releaseDomain", "t");
        store.Host.Start(5);
        Assert.Equal("OK", store.Control.SetPerms("/b", "n5"));
        Assert.Equal(["@releaseDomain t"], store.Control.Events());
        Assert.Equal("ENOENT", store.Control.Read("/local/domain/5/a"));
        Assert.Equal("n5", store.Control.GetPerms("/b"));
    }

    [Fact]
    [Trait("Clause", "XS-061")]
    public void OpenTransaction_CannotGiveToTheNextDomainWhatWasMeantForTheDead()
    {
        using var store = new Store();
        store.Guest(5);
        store.Control.Write("/a", "v");
        uint tx = store.Control.Begin();
        store.Control.SetPerms("/a", "n0 b5", tx);
        uint harmless = store.Control.Begin();
        store.Control.SetPerms("/a", "r0", harmless);
        store.Host.End(5);
        store.Engine.DomainsChanged();
        Assert.Equal("EAGAIN", store.Control.Commit(tx));
        Assert.Equal("n0", store.Control.GetPerms("/a"));
        Assert.Equal("OK", store.Control.Commit(harmless));
    }

    [Fact]
    public void DomainMentionedButNeverIntroduced_EndsSilently()
    {
        using var store = new Store();
        store.Host.Start(5);
        store.Control.Write("/a", "v");
        store.Control.SetPerms("/a", "n5");
        store.Control.WatchQuietly("@releaseDomain", "t");
        store.Host.Set(5, DomainLife.Shutdown);
        store.Engine.DomainsChanged();
        Assert.Equal("v", store.Control.Read("/a"));
        store.Host.End(5);
        store.Engine.DomainsChanged();
        Assert.Equal("ENOENT", store.Control.Read("/a"));
        Assert.Empty(store.Control.Events());
        Assert.Empty(store.Host.Detached);
    }

    [Fact]
    public void Release_EndsTheDomainForTheStore()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        guest.Write("a", "v");
        store.Control.WatchQuietly("@releaseDomain", "t");
        Assert.Equal("OK", store.Control.Ask(XsMessageType.Release, "5\0"));
        Assert.Equal(["@releaseDomain t"], store.Control.Events());
        Assert.Equal([guest.Connection], store.Host.Detached);
        Assert.Equal("ENOENT", store.Control.Read("/local/domain/5"));
        Assert.Equal("ENOENT", store.Control.Ask(XsMessageType.Release, "5\0"));
        var again = store.Introduce(5);
        Assert.Equal("EACCES", again.Read("a"));
    }

    [Theory]
    [InlineData(XsMessageType.Release)]
    [InlineData(XsMessageType.Resume)]
    public void ReleaseAndResume_CheckTheirDomain(XsMessageType type)
    {
        using var store = new Store();
        store.Host.Start(5);
        foreach (string payload in new[] { "", "0\0", "x\0", "5", "-5\0", "5\0\0" })
        {
            Assert.Equal("EINVAL", store.Control.Ask(type, payload));
        }

        Assert.Equal("ENOENT", store.Control.Ask(type, "5\0"));
        Assert.Equal("ENOENT", store.Control.Ask(type, "6\0"));
    }

    [Theory]
    [InlineData("0", "/local/domain/0")]
    [InlineData("5", "/local/domain/5")]
    [InlineData("007", "/local/domain/7")]
    [InlineData("32751", "/local/domain/32751")]
    [InlineData("32752", "EINVAL")]
    [InlineData("65536", "EINVAL")]
    [InlineData("-1", "EINVAL")]
    [InlineData("+1", "EINVAL")]
    [InlineData(" 1", "EINVAL")]
    [InlineData("abc", "EINVAL")]
    [Trait("Clause", "XS-130")]
    [Trait("Clause", "XS-131")]
    public void GetDomainPath_IsTheHome(string domain, string expected)
    {
        using var store = new Store();
        Assert.Equal(expected, store.Control.Ask(XsMessageType.GetDomainPath, domain + "\0"));
        Assert.Equal(expected, store.Guest(9).Ask(XsMessageType.GetDomainPath, domain + "\0"));
    }

    [Fact]
    [Trait("Clause", "XS-133")]
    public void Target_EndsWithEitherDomain()
    {
        using var store = new Store();
        var helper = store.Guest(5);
        store.Guest(6).Write("own", "v");
        foreach (string payload in new[] { "5\0", "5\0x\0", "0\0" + "6\0", "5\0" + "0\0", "5\0" + "6\0\0", "5\0" + "6" })
        {
            Assert.Equal("EINVAL", store.Control.Ask(XsMessageType.SetTarget, payload));
        }

        Assert.Equal("ENOENT", store.Control.Ask(XsMessageType.SetTarget, "5\0" + "7\0"));
        Assert.Equal("ENOENT", store.Control.Ask(XsMessageType.SetTarget, "7\0" + "6\0"));
        Assert.Equal("OK", store.Control.Ask(XsMessageType.SetTarget, "5\0" + "6\0"));
        Assert.Equal("v", helper.Read("/local/domain/6/own"));

        store.Host.End(6);
        store.Engine.DomainsChanged();
        var next = store.Guest(6);
        next.Write("own", "w");
        Assert.Equal("EACCES", helper.Read("/local/domain/6/own"));
        Assert.Equal("OK", store.Control.Ask(XsMessageType.SetTarget, "5\0" + "6\0"));
        store.Host.End(5);
        store.Engine.DomainsChanged();
        Assert.Equal("w", next.Read("own"));
        store.Host.End(6);
        store.Engine.DomainsChanged();
    }

    [Fact]
    [Trait("Clause", "XS-013")]
    [Trait("Clause", "XS-090")]
    public void AbandonedGuest_IsIgnored_AndItsReleaseIsToldWhenItReallyDies()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        guest.WatchQuietly("a", "t");
        uint tx = guest.Begin();
        store.Control.WatchQuietly("@releaseDomain", "t");
        store.Engine.Abandon(guest.Connection);
        Assert.Empty(store.Control.Events());
        Assert.False(guest.Connection.AcceptsRequests);
        guest.Send(XsMessageType.Read, "a\0");
        store.Control.Write("/local/domain/5/a", "v");
        Assert.False(guest.Connection.HasOutput);
        Assert.Equal("T", store.Control.Ask(XsMessageType.IsDomainIntroduced, "5\0"));

        store.Host.End(5);
        store.Engine.DomainsChanged();
        Assert.Equal(["@releaseDomain t"], store.Control.Events());
    }

    [Fact]
    [Trait("Clause", "XS-029")]
    public void AbandonedGuest_IsServedAgain_WhenItIsIntroducedAgain()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        store.Engine.Abandon(guest.Connection);
        var again = store.Introduce(5);
        Assert.Same(guest.Connection, again.Connection);
        Assert.Equal("OK", again.Write("a", "v"));
        Assert.Contains(guest.Connection, store.Host.Woken);
    }
}
