using Conformance.Model.Protocol.XenStore;

namespace Conformance.Tests.Unit.Store.Engine;

/// <summary>Lists of children within a transaction that can only fail: others removed what it has listed.</summary>
public class TransactionListTests
{
    [Fact]
    [Trait("Clause", "XS-113")]
    [Trait("Clause", "XS-054")]
    public void List_StaysAsItWasRead_WhenAChildThatAnotherRemovedIsLookedUp()
    {
        using var store = new Store();
        var other = store.Connect();
        store.Control.Write("/d/a", "1");
        store.Control.Write("/d/b", "1");
        uint tx = store.Control.Begin();
        string part = store.Control.Ask(XsMessageType.DirectoryPart, "/d\0" + "0\0", tx);
        other.Rm("/d/b");
        Assert.Equal("ENOENT", store.Control.Read("/d/b", tx));

        Assert.Equal("a b", store.Control.Directory("/d", tx));
        Assert.Equal(part, store.Control.Ask(XsMessageType.DirectoryPart, "/d\0" + "0\0", tx));
        store.Control.Rm("/d/a", tx);
        Assert.Equal("b", store.Control.Directory("/d", tx));
        Assert.Equal("EAGAIN", store.Control.Commit(tx));
    }

    [Theory]
    [InlineData("/d")]
    [InlineData("/d/b")]
    [Trait("Clause", "XS-113")]
    public void OwnRemoval_TakesOffTheListWhatAnotherRemovedBefore(string removed)
    {
        using var store = new Store();
        var other = store.Connect();
        store.Control.Write("/d/b", "1");
        uint tx = store.Control.Begin();
        Assert.Equal("b", store.Control.Directory("/d", tx));
        other.Rm("/d/b");
        Assert.Equal("OK", store.Control.Rm(removed, tx));
        Assert.Equal("OK", store.Control.Mkdir("/d", tx));

        Assert.Equal("", store.Control.Directory("/d", tx));
    }
}
