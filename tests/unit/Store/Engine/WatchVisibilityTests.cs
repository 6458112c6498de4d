namespace Conformance.Tests.Unit.Store.Engine;

[Trait("Clause", "XS-086")]
public class WatchVisibilityTests
{
    [Fact]
    public void ChangeOfAnUnreadableNode_IsNotTold()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        guest.WatchQuietly("/", "t");
        store.Control.Write("/secret/a", "v");
        store.Control.Write("/secret/a", "w");
        store.Control.Rm("/secret/a");
        store.Control.Rm("/secret");
        Assert.Empty(guest.Events());
    }

    [Fact]
    public void ReadableNode_OrReadableParent_IsEnough()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        store.Control.Mkdir("/open");
        store.Control.SetPerms("/open", "r0");
        store.Control.Write("/open/closed", "v");
        store.Control.SetPerms("/open/closed", "n0");
        store.Control.Write("/open/closed/inner", "v");
        store.Control.Write("/hidden/readable", "v");
        store.Control.SetPerms("/hidden/readable", "r0");
        guest.WatchQuietly("/", "t");

        store.Control.Write("/open/closed", "w");
        store.Control.Write("/open/closed/inner", "w");
        store.Control.Write("/hidden/readable", "w");
        Assert.Equal(["/open/closed t", "/hidden/readable t"], guest.Events());
        store.Control.Rm("/hidden/readable");
        store.Control.Rm("/open/closed");
        Assert.Equal(["/hidden/readable t", "/open/closed t"], guest.Events());
    }

    [Fact]
    public void LossAndGainOfTheReadRight_AreBothTold()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        store.Control.Write("/a", "v");
        guest.WatchQuietly("/a", "t");
        store.Control.SetPerms("/a", "n0 r5");
        Assert.Equal(["/a t"], guest.Events());
        store.Control.SetPerms("/a", "n0");
        Assert.Equal(["/a t"], guest.Events());
        store.Control.SetPerms("/a", "w0");
        Assert.Empty(guest.Events());
    }

    [Fact]
    public void RemovalInsideASubtree_IsToldByTheNodesOwnPermissions()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        store.Control.Write("/a/readable/x", "v");
        store.Control.SetPerms("/a/readable/x", "r0");
        store.Control.Write("/a/hidden/x", "v");
        guest.WatchQuietly("/a/readable/x", "t");
        guest.WatchQuietly("/a/hidden/x", "t");
        store.Control.Rm("/a");
        Assert.Equal(["/a/readable/x t"], guest.Events());
    }

    [Theory]
    [InlineData("/hidden/a", "n0", "r0", true)]
    [InlineData("/hidden/a", "r0", "n0", true)]
    [InlineData("/hidden/a", "n0", "n0", false)]
    [InlineData("/open/a", "n0", "n0", true)]
    public void Commit_TellsByPermissionsBeforeAndAfter(string path, string before, string after, bool isTold)
    {
        using var store = new Store();
        var guest = store.Guest(5);
        store.Control.Mkdir("/open");
        store.Control.SetPerms("/open", "r0");
        store.Control.Write(path, "v");
        store.Control.SetPerms(path, before);
        guest.WatchQuietly(path, "t");
        uint tx = store.Control.Begin();
        store.Control.Write(path, "w", tx);
        store.Control.SetPerms(path, after, tx);
        Assert.Equal("OK", store.Control.Commit(tx));
        Assert.Equal(isTold ? [path + " t"] : [], guest.Events());
    }

    [Fact]
    public void CommittedRemoval_IsTold_WhereTheNodeOrItsParentWasReadable()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        foreach (string path in new[] { "/r/a", "/h/b", "/h/c" })
        {
            store.Control.Write(path, "v");
            store.Control.SetPerms(path, "n0");
        }

        store.Control.SetPerms("/r", "r0");
        store.Control.SetPerms("/h/b", "r0");
        guest.WatchQuietly("/", "t");
        guest.WatchQuietly("/r/a", "u");
        uint tx = store.Control.Begin();
        store.Control.Rm("/r", tx);
        store.Control.Rm("/h/b", tx);
        store.Control.Rm("/h/c", tx);
        Assert.Equal("OK", store.Control.Commit(tx));
        Assert.Equal(["/h/b t", "/r t", "/r/a u"], guest.Events().Order());
    }

    [Fact]
    public void CommittedCreation_IsTold_WhereTheNewNodeOrItsParentIsReadable()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        guest.WatchQuietly("/", "t");
        uint tx = store.Control.Begin();
        store.Control.Write("/new/a", "v", tx);
        store.Control.Write("/new/b/c", "v", tx);
        store.Control.SetPerms("/new", "r0", tx);
        Assert.Equal("OK", store.Control.Commit(tx));
        Assert.Equal(["/new t", "/new/a t"], guest.Events().Order());
    }
}
