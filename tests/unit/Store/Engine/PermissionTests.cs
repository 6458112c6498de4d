using Conformance.Model.Protocol.XenStore;

namespace Conformance.Tests.Unit.Store.Engine;

public class PermissionTests
{
    [Fact]
    [Trait("Clause", "XS-047")]
    public void CreatedNode_InheritsPermissions_AndBelongsToAnUnprivilegedCreator()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        store.Guest(6);
        store.Control.Mkdir("/shared");
        store.Control.SetPerms("/shared", "b0 r6");

        guest.Write("/shared/a/b", "v");
        store.Control.Write("/shared/c", "v");
        Assert.Equal("b5 r6", store.Control.GetPerms("/shared/a"));
        Assert.Equal("b5 r6", store.Control.GetPerms("/shared/a/b"));
        Assert.Equal("b0 r6", store.Control.GetPerms("/shared/c"));
        store.Control.Write("/shared/a/d", "v");
        Assert.Equal("b5 r6", store.Control.GetPerms("/shared/a/d"));
    }

    [Theory]
    [InlineData("n0", "EACCES", "EACCES")]
    [InlineData("r0", "v", "EACCES")]
    [InlineData("w0", "EACCES", "OK")]
    [InlineData("b0", "v", "OK")]
    [InlineData("b0 n5", "EACCES", "EACCES")]
    [InlineData("n0 r5", "v", "EACCES")]
    [InlineData("n0 w5", "EACCES", "OK")]
    [InlineData("n0 b6 b5", "v", "OK")]
    [InlineData("n5", "v", "OK")]
    [InlineData("n0 n5 b5", "EACCES", "EACCES")]
    [Trait("Clause", "XS-055")]
    [Trait("Clause", "XS-056")]
    public void Access_FollowsTheList(string permissions, string read, string write)
    {
        using var store = new Store();
        var guest = store.Guest(5);
        store.Guest(6);
        store.Control.Write("/node", "v");
        Assert.Equal("OK", store.Control.SetPerms("/node", permissions));
        Assert.Equal(permissions, store.Control.GetPerms("/node"));
        Assert.Equal(read, guest.Read("/node"));
        Assert.Equal(write, guest.Write("/node", "v"));
        Assert.Equal("v", store.Control.Read("/node"));
    }

    [Fact]
    [Trait("Clause", "XS-058")]
    public void MissingNode_IsHidden_UnlessTheNearestAncestorGrantsTheAccess()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        store.Control.Mkdir("/hidden/dir");
        store.Control.Mkdir("/open/dir");
        store.Control.SetPerms("/open/dir", "r0");
        store.Control.Mkdir("/drop/dir");
        store.Control.SetPerms("/drop/dir", "w0");

        Assert.Equal("EACCES", guest.Read("/hidden/dir/missing"));
        Assert.Equal("EACCES", guest.Read("/hidden/dir"));
        Assert.Equal("ENOENT", guest.Read("/open/dir/missing"));
        Assert.Equal("ENOENT", guest.Read("/open/dir/missing/deeper"));
        Assert.Equal("EACCES", guest.Rm("/open/dir/missing"));
        Assert.Equal("EACCES", guest.Write("/open/dir/missing", "v"));
        Assert.Equal("EACCES", guest.Mkdir("/open/dir/missing"));
        Assert.Equal("OK", guest.Rm("/drop/dir/missing"));
        Assert.Equal("ENOENT", guest.Rm("/drop/dir/missing/deeper"));
        Assert.Equal("EACCES", guest.Read("/drop/dir/missing"));
        Assert.Equal("OK", guest.Write("/drop/dir/new", "v"));
    }

    [Fact]
    [Trait("Clause", "XS-057")]
    public void Owner_ChangesItsList_ButNotTheOwner()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        var other = store.Guest(6);
        guest.Write("a", "v");
        store.Control.Write("/b", "v");
        store.Control.SetPerms("/b", "b0");

        Assert.Equal("OK", guest.SetPerms("a", "n5 b6"));
        Assert.Equal("EPERM", guest.SetPerms("a", "n6"));
        Assert.Equal("EACCES", other.SetPerms("/local/domain/5/a", "n5 b6"));
        Assert.Equal("EACCES", guest.SetPerms("/b", "b0 b5"));
        Assert.Equal("n5 b6", guest.GetPerms("a"));
        Assert.Equal("OK", store.Control.SetPerms("/local/domain/5/a", "n6"));
        Assert.Equal("n6", store.Control.GetPerms("/local/domain/5/a"));
    }

    [Fact]
    [Trait("Clause", "XS-059")]
    public void Root_IsCheckedLikeAnyNode()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        Assert.Equal("n0", store.Control.GetPerms("/"));
        Assert.Equal("EACCES", guest.Read("/"));
        Assert.Equal("EACCES", guest.Write("/", "v"));
        Assert.Equal("EACCES", guest.Directory("/"));
        Assert.Equal("EACCES", guest.GetPerms("/"));
        Assert.Equal("EACCES", guest.SetPerms("/", "b5"));
        Assert.Equal("EACCES", guest.Rm("/"));
        Assert.Equal("EACCES", guest.Mkdir("/x"));
        Assert.Equal("OK", store.Control.SetPerms("/", "r0"));
        Assert.Equal("local", guest.Directory("/"));
    }

    [Theory]
    [InlineData("/a\0")]
    [InlineData("/a")]
    [InlineData("/a\0\0")]
    [InlineData("/a\0x0\0")]
    [InlineData("/a\0n\0")]
    [InlineData("/a\0n-1\0")]
    [InlineData("/a\0n32752\0")]
    [InlineData("/a\0n0\0q\0")]
    [InlineData("/a\0n0")]
    [Trait("Clause", "XS-130")]
    public void SetPerms_WithBadList_IsEINVAL(string payload)
    {
        using var store = new Store();
        store.Control.Mkdir("/a");
        Assert.Equal("EINVAL", store.Control.Ask(XsMessageType.SetPerms, payload));
        Assert.Equal("n0", store.Control.GetPerms("/a"));
    }

    [Fact]
    public void SetPerms_IgnoresWhatFollowsTheLastNul()
    {
        using var store = new Store();
        store.Control.Mkdir("/a");
        Assert.Equal("OK", store.Control.Ask(XsMessageType.SetPerms, "/a\0r0\0reserved"));
        Assert.Equal("r0", store.Control.GetPerms("/a"));
    }

    [Fact]
    [Trait("Clause", "XS-061")]
    public void EntryForAMissingDomain_GrantsNothingToALaterOne()
    {
        using var store = new Store();
        store.Control.Write("/a", "v");
        Assert.Equal("ENOENT", store.Control.SetPerms("/a", "n9"));
        Assert.Equal("OK", store.Control.SetPerms("/a", "n0 b9"));
        Assert.Equal("n0 b9", store.Control.GetPerms("/a"));
        var guest = store.Guest(9);
        Assert.Equal("EACCES", guest.Read("/a"));
        Assert.Equal("EACCES", guest.Write("/a", "w"));
        Assert.Equal("OK", store.Control.SetPerms("/a", "n0 b9"));
        Assert.Equal("v", guest.Read("/a"));
    }

    [Fact]
    [Trait("Clause", "XS-062")]
    public void ListOverTheLimit_IsRefusedForAGuestAlone()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        guest.Mkdir("a");
        Assert.Equal("OK", guest.SetPerms("a", "n5 r0 r0 r0 r0"));
        Assert.Equal("ENOSPC", guest.SetPerms("a", "b5 r0 r0 r0 r0 r0"));
        Assert.Equal("n5 r0 r0 r0 r0", guest.GetPerms("a"));
        Assert.Equal("OK", store.Control.SetPerms("/local/domain/5/a", "b5 r0 r0 r0 r0 r0"));
    }

    [Fact]
    public void SpecialPaths_HavePermissions()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        foreach (string name in new[] { "@introduceDomain", "@releaseDomain", "@releaseDomain/7" })
        {
            Assert.Equal("n0", store.Control.GetPerms(name));
            Assert.Equal("EACCES", guest.GetPerms(name));
            Assert.Equal("EACCES", guest.SetPerms(name, "b5"));
            Assert.Equal("OK", store.Control.SetPerms(name, "n0 r5"));
            Assert.Equal("n0 r5", guest.GetPerms(name));
            Assert.Equal("EACCES", guest.SetPerms(name, "n0 b5"));
            Assert.Equal("OK", store.Control.SetPerms(name, "n5"));
            Assert.Equal("OK", guest.SetPerms(name, "r5"));
            Assert.Equal("EPERM", guest.SetPerms(name, "r0"));
            Assert.Equal("OK", store.Control.SetPerms(name, "n0"));
        }

        Assert.Equal("ENOENT", store.Control.GetPerms("@other"));
        Assert.Equal("ENOENT", store.Control.SetPerms("@other", "n0"));
        Assert.Equal("ENOENT", store.Control.GetPerms("@releaseDomain/x"));
        Assert.Equal("EACCES", guest.GetPerms("@other"));
        Assert.Equal("EACCES", guest.SetPerms("@other", "n5"));
    }

    [Fact]
    [Trait("Clause", "XS-133")]
    public void Target_LendsItsRights()
    {
        using var store = new Store();
        var helper = store.Guest(5);
        var target = store.Guest(6);
        target.Write("own", "v");
        store.Control.Write("/granted", "v");
        store.Control.SetPerms("/granted", "n0 r6");
        store.Control.Write("/both", "v");
        store.Control.SetPerms("/both", "n0 w5 r6");
        Assert.Equal("EACCES", helper.Read("/local/domain/6/own"));

        Assert.Equal("OK", store.Control.Ask(XsMessageType.SetTarget, "5\0" + "6\0"));

        Assert.Equal("v", helper.Read("/local/domain/6/own"));
        Assert.Equal("OK", helper.SetPerms("/local/domain/6/own", "n6 r0"));
        Assert.Equal("EPERM", helper.SetPerms("/local/domain/6/own", "n5"));
        Assert.Equal("v", helper.Read("/granted"));
        Assert.Equal("EACCES", helper.Write("/granted", "w"));
        Assert.Equal("v", helper.Read("/both"));
        Assert.Equal("OK", helper.Write("/both", "w"));
        Assert.Equal("EACCES", target.Write("/both", "w"));
        Assert.Equal("EACCES", target.Read("/local/domain/5"));
    }

    [Fact]
    [Trait("Clause", "XS-061")]
    public void LastRequest_OfADomainThatItselfFindsReplaced_HasNoEffect()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        store.Guest(6);
        Assert.Equal("OK", store.Control.Ask(XsMessageType.SetTarget, "5\0" + "6\0"));
        store.Host.Start(5);
        guest.Send(XsMessageType.SetPerms, "/local/domain/6\0n6\0b5\0");
        Assert.Empty(guest.Receive());
        Assert.Equal("n6", store.Control.GetPerms("/local/domain/6"));
    }
}
