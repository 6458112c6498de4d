namespace Conformance.Tests.Unit.Store.Engine;

public class ConflictTests
{
    // Inside: a request of the transaction. Between: a change by somebody else before the commit. The tree holds
    // /a = 1 with child /a/c, /b = 1 and /d.
    [Theory]
    [InlineData("R/a", "W/a", "EAGAIN")]
    [InlineData("R/a", "D/a", "EAGAIN")]
    [InlineData("R/a", "P/a", "EAGAIN")]
    [InlineData("R/a", "W/a/new", "EAGAIN")]
    [InlineData("R/a", "W/b", "OK")]
    [InlineData("R/a", "W/a/c", "OK")]
    [InlineData("R/missing", "W/missing", "EAGAIN")]
    [InlineData("R/missing", "W/other", "OK")]
    [InlineData("L/a", "W/a/new", "EAGAIN")]
    [InlineData("L/a", "D/a/c", "EAGAIN")]
    [InlineData("L/a", "W/a/c", "OK")]
    [InlineData("G/a", "P/a", "EAGAIN")]
    [InlineData("W/a", "W/a", "OK")]
    [InlineData("W/a", "W/a/new", "OK")]
    [InlineData("W/a", "P/a", "EAGAIN")]
    [InlineData("W/a", "D/a", "EAGAIN")]
    [InlineData("W/a W/a", "W/a", "OK")]
    [InlineData("W/a R/a", "W/a", "OK")]
    [InlineData("W/a L/a", "W/a/new", "EAGAIN")]
    [InlineData("R/a W/a", "W/a", "EAGAIN")]
    [InlineData("W/a/new", "W/a/other", "OK")]
    [InlineData("W/a/new", "W/a", "OK")]
    [InlineData("W/a/new", "W/a/new", "EAGAIN")]
    [InlineData("W/a/new", "D/a", "EAGAIN")]
    [InlineData("W/a/new", "P/a", "EAGAIN")]
    [InlineData("M/a", "W/a", "OK")]
    [InlineData("M/new", "M/new", "EAGAIN")]
    [InlineData("D/a/c", "W/a/new", "OK")]
    [InlineData("D/a/c", "D/a/c", "EAGAIN")]
    [InlineData("D/a", "W/a/c/deep", "EAGAIN")]
    [InlineData("D/a", "W/b", "OK")]
    [InlineData("P/a", "W/a", "OK")]
    [InlineData("P/a", "P/a", "EAGAIN")]
    [InlineData("W/new D/new", "W/b", "OK")]
    [InlineData("W/b", "R/a", "OK")]
    [Trait("Clause", "XS-116")]
    [Trait("Clause", "XS-117")]
    public void Commit_FailsEAGAIN_ExactlyWhenSomethingItDependsOnChanged(string inside, string between, string expected)
    {
        using var store = new Store();
        var other = store.Connect();
        store.Control.Write("/a", "1");
        store.Control.Write("/a/c", "1");
        store.Control.Write("/b", "1");
        store.Control.Mkdir("/d");
        uint tx = store.Control.Begin();
        foreach (string step in inside.Split(' '))
        {
            Do(store.Control, step, tx);
        }

        Do(other, between, 0);
        Assert.Equal("OK", store.Control.Write("/d/mark", "1", tx));
        Assert.Equal(expected, store.Control.Commit(tx));
        Assert.Equal(expected == "OK" ? "1" : "ENOENT", store.Control.Read("/d/mark"));
    }

    [Fact]
    [Trait("Clause", "XS-116")]
    public void ChangeBeforeTheFirstAccess_IsNoConflict()
    {
        using var store = new Store();
        store.Control.Write("/a", "1");
        uint tx = store.Control.Begin();
        store.Connect().Write("/a", "2");
        Assert.Equal("2", store.Control.Read("/a", tx));
        Assert.Equal("OK", store.Control.Commit(tx));
    }

    [Fact]
    public void OfTwoReadModifyWrites_TheSecondFails()
    {
        using var store = new Store();
        var other = store.Connect();
        store.Control.Write("/a", "1");
        uint first = store.Control.Begin();
        uint second = other.Begin();
        store.Control.Read("/a", first);
        other.Read("/a", second);
        store.Control.Write("/a", "2", first);
        other.Write("/a", "3", second);
        Assert.Equal("OK", store.Control.Commit(first));
        Assert.Equal("EAGAIN", other.Commit(second));
        Assert.Equal("2", store.Control.Read("/a"));
    }

    [Fact]
    public void NodeThatWentAndCameBack_IsAnotherNode()
    {
        using var store = new Store();
        store.Control.Write("/a", "1");
        uint tx = store.Control.Begin();
        store.Control.Write("/a", "2", tx);
        var other = store.Connect();
        other.Rm("/a");
        other.Write("/a", "1");
        Assert.Equal("EAGAIN", store.Control.Commit(tx));
    }

    [Fact]
    public void SeveralReadersOfOneNode_EachKeepWhatTheyFound()
    {
        using var store = new Store();
        store.Control.Write("/a", "1");
        var clients = Enumerable.Range(0, 4).Select(_ => store.Connect()).ToArray();
        var ids = clients.Select(client => client.Begin()).ToArray();
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal("1", clients[i].Read("/a", ids[i]));
        }

        // Readers leave from the middle, the front and the back of the list that the node keeps of them.
        Assert.Equal("OK", clients[1].Abort(ids[1]));
        Assert.Equal("OK", clients[3].Commit(ids[3]));
        store.Control.Write("/a", "2");
        Assert.Equal("1", clients[0].Read("/a", ids[0]));
        Assert.Equal("1", clients[2].Read("/a", ids[2]));
        Assert.Equal("OK", clients[0].Abort(ids[0]));
        Assert.Equal("EAGAIN", clients[2].Commit(ids[2]));
    }

    [Fact]
    public void MergedChanges_AllSurvive()
    {
        using var store = new Store();
        var other = store.Connect();
        store.Control.Mkdir("/d");
        uint tx = store.Control.Begin();
        store.Control.Write("/d/mine", "1", tx);
        store.Control.Write("/d", "mine", tx);
        other.Write("/d/theirs", "1");
        other.Write("/d", "theirs");
        Assert.Equal("OK", store.Control.Commit(tx));
        Assert.Equal("theirs mine", store.Control.Directory("/d"));
        Assert.Equal("mine", store.Control.Read("/d"));
    }

    [Fact]
    public void AbsentDirectory_StaysAbsentInside()
    {
        using var store = new Store();
        store.Control.Write("/a/b", "1");
        uint tx = store.Control.Begin();
        store.Control.Rm("/a", tx);
        store.Connect().Write("/a/late", "1");
        Assert.Equal("ENOENT", store.Control.Read("/a/late", tx));
        Assert.Equal("EAGAIN", store.Control.Commit(tx));
    }

    private static void Do(Client client, string step, uint tx)
    {
        string path = step[1..];
        _ = step[0] switch
        {
            'R' => client.Read(path, tx),
            'L' => client.Directory(path, tx),
            'G' => client.GetPerms(path, tx),
            'W' => Ok(client.Write(path, "changed", tx)),
            'M' => Ok(client.Mkdir(path, tx)),
            'D' => Ok(client.Rm(path, tx)),
            'P' => Ok(client.SetPerms(path, "r0", tx)),
            _ => throw new ArgumentException($"Unknown step {step}", nameof(step)),
        };
    }

    private static string Ok(string result)
    {
        Assert.Equal("OK", result);
        return result;
    }
}
