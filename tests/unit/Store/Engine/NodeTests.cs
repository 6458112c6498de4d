namespace Conformance.Tests.Unit.Store.Engine;

public class NodeTests
{
    [Fact]
    [Trait("Clause", "XS-046")]
    public void Write_ToMissingPath_CreatesAncestorsWithEmptyValues()
    {
        using var store = new Store();
        var client = store.Control;

        Assert.Equal("OK", client.Write("/a/b/c", "value"));

        Assert.Equal("value", client.Read("/a/b/c"));
        Assert.Equal("", client.Read("/a/b"));
        Assert.Equal("", client.Read("/a"));
        Assert.Equal("a", client.Directory("/"));
        Assert.Equal("b", client.Directory("/a"));
    }
}
