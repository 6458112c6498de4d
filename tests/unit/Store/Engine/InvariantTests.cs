using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Engine;

namespace Conformance.Tests.Unit.Store.Engine;

/// <summary>The checker finds each kind of damage; each test breaks a small store in one way.</summary>
[Trait("Clause", "XS-045")]
[Trait("Clause", "XS-127")]
public class InvariantTests
{
    private readonly FakeHost _host = new();
    private readonly DomainTable _domains;
    private readonly NodeTree _tree;
    private readonly WatchTable _watches = new();
    private readonly List<StoreConnection> _connections = [];
    private readonly StoreConnection _client;
    private readonly Node _child;

    public InvariantTests()
    {
        _domains = new DomainTable(_host);
        _tree = new NodeTree(_domains);
        _child = _tree.Create(_tree.Root, "a"u8, _tree.Root.Permissions, "v"u8);
        _tree.Create(_tree.Root, "b"u8, _tree.Root.Permissions, "v"u8);
        var engine = new StoreEngine(new StoreSettings(), _host);
        _client = new StoreConnection(engine, _domains.Control, isSocket: true, 1, 1);
        _connections.Add(_client);
        _watches.Add(_client, new StorePath("/a"u8), "t"u8, null, 0);
    }

    [Fact]
    public void SoundStore_HasNothingWrong() => Assert.Null(Check());

    [Fact]
    public void NodeThatIsNotInTheTable_IsFound()
    {
        _child.AppendChild(new Node(_child, "x"u8.ToArray(), 7, _child.Permissions));
        Assert.StartsWith("/a/x is in its parent's list", Check(), StringComparison.Ordinal);
    }

    [Fact]
    public void NodeThatHangsNowhere_IsFound()
    {
        _tree.Root.RemoveChild(_child);
        Assert.Equal("2 nodes hang in the tree, 3 are in its table.", Check());
    }

    [Fact]
    public void WrongChildCount_IsFound()
    {
        _tree.Root.RemoveChild(_child);
        _tree.Root.RemoveChild(_child);
        Assert.Equal("/ says that it has 0 children, and has 1.", Check());
    }

    [Fact]
    public void MissingOwner_IsFound()
    {
        _child.Permissions = new PermissionList([new XsPermission(new DomainId(9), XsAccess.None)]);
        Assert.Equal("/a is owned by domain 9, which does not exist.", Check());
        Assert.Throws<InvalidOperationException>(() => _tree.SetValue(_child, "w"u8));
    }

    [Fact]
    public void WrongAccount_IsFound()
    {
        _domains.Control.Nodes++;
        Assert.StartsWith("Domain 0 has", Check(), StringComparison.Ordinal);
    }

    [Fact]
    public void WatchOutsideTheTable_IsFound()
    {
        _client.Watches.Append(new Watch(_client, new WatchPoint("/b"u8.ToArray(), 1), "\0u\0"u8.ToArray(), null, 0, 2));
        Assert.Equal("A watch of dom0/1 on /b is not found by path and token.", Check());
    }

    [Fact]
    public void WatchOfNobody_IsFound()
    {
        _connections.Clear();
        Assert.Equal("Clients have 0 watches, 1 are in the table.", Check());
    }

    [Fact]
    public void RemovalOfTheRoot_AndAnEmptyPermissionList_AreRefused()
    {
        Assert.Throws<InvalidOperationException>(() => _tree.Remove(_tree.Root));
        Assert.Throws<ArgumentException>(() => new PermissionList([]));
    }

    private string? Check() => new InvariantChecker(_tree, _domains, _watches, _connections).Check();
}
