using Conformance.Model.Protocol.XenStore;

namespace Conformance.Tests.Unit.Store.Engine;

public class PathTests
{
    [Theory]
    [InlineData("")]
    [InlineData("//")]
    [InlineData("/a/")]
    [InlineData("/a//b")]
    [InlineData("a/")]
    [InlineData("/local/domain/")]
    [InlineData("/a.b")]
    [InlineData("/a b")]
    [InlineData("/a*")]
    [InlineData("/\u00e4")]
    [Trait("Clause", "XS-040")]
    [Trait("Clause", "XS-041")]
    public void InvalidPaths_AreEINVAL_InEveryRequest(string path)
    {
        using var store = new Store();
        Assert.Equal("EINVAL", store.Control.Read(path));
        Assert.Equal("EINVAL", store.Control.Write(path, "v"));
        Assert.Equal("EINVAL", store.Control.Mkdir(path));
        Assert.Equal("EINVAL", store.Control.Rm(path));
        Assert.Equal("EINVAL", store.Control.Directory(path));
        Assert.Equal("EINVAL", store.Control.GetPerms(path));
        Assert.Equal("EINVAL", store.Control.SetPerms(path, "n0"));
        Assert.Equal("EINVAL", store.Control.Watch(path, "t"));
        Assert.Equal("EINVAL", store.Control.Unwatch(path, "t"));
    }

    [Fact]
    [Trait("Clause", "XS-042")]
    public void PathsUpToTheirLimits_AreAccepted()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        string absolute = "/" + new string('a', 3071);
        Assert.Equal("OK", store.Control.Write(absolute, "v"));
        Assert.Equal("v", store.Control.Read(absolute));
        Assert.Equal("EINVAL", store.Control.Write(absolute + "a", "v"));

        string relative = new('r', 2048);
        Assert.Equal("OK", guest.Write(relative, "v"));
        Assert.Equal("v", store.Control.Read("/local/domain/5/" + relative));
        Assert.Equal("EINVAL", guest.Write(relative + "r", "v"));
        Assert.Equal("EINVAL", store.Control.Read("/local/domain/12345/" + relative + "r"));
    }

    [Fact]
    [Trait("Clause", "XS-043")]
    public void RelativePath_IsBelowTheCallersHome()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        guest.Write("x/y", "guest");
        store.Control.Write("x/y", "control");
        Assert.Equal("guest", store.Control.Read("/local/domain/5/x/y"));
        Assert.Equal("control", store.Control.Read("/local/domain/0/x/y"));
        Assert.Equal("guest", guest.Read("x/y"));
    }

    [Theory]
    [InlineData("@releaseDomain")]
    [InlineData("@any")]
    [InlineData("@")]
    [Trait("Clause", "XS-044")]
    public void SpecialPaths_AreNoNodes(string path)
    {
        using var store = new Store();
        Assert.Equal("EINVAL", store.Control.Read(path));
        Assert.Equal("EINVAL", store.Control.Write(path, "v"));
        Assert.Equal("EINVAL", store.Control.Mkdir(path));
        Assert.Equal("EINVAL", store.Control.Rm(path));
        Assert.Equal("EINVAL", store.Control.Directory(path));
        Assert.Equal("OK", store.Control.Watch(path, "t"));
        Assert.Equal([path + " t"], store.Control.Events());
        Assert.Equal("OK", store.Control.Unwatch(path, "t"));
    }

    [Fact]
    public void AtSign_IsAnOrdinaryCharacterInsideAPath()
    {
        using var store = new Store();
        Assert.Equal("OK", store.Control.Write("/a@b/-_@", "v"));
        Assert.Equal("v", store.Control.Read("/a@b/-_@"));
    }

    [Fact]
    public void PathMaxQuota_CountsBelowTheHomeOfAnyDomain()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        store.Control.Ask(XsMessageType.SetQuota, "path-max\0" + "10\0");
        Assert.Equal("OK", guest.Write("1234567890", ""));
        Assert.Equal("EINVAL", guest.Write("12345678901", ""));
        Assert.Equal("OK", guest.Write("/local/domain/5/123456789a", ""));
        Assert.Equal("EINVAL", guest.Write("/local/domain/5/123456789ab", ""));
        Assert.Equal("", guest.Read("/local/domain/5"));
        Assert.Equal("EACCES", guest.Read("/a-longer-path/than/that"));
        Assert.Equal("OK", store.Control.Write("/local/domain/5/a-long-one-by-domain-0", ""));
    }
}
