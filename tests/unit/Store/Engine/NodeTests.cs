using Conformance.Model.Protocol.XenStore;

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

    [Fact]
    [Trait("Clause", "XS-048")]
    [Trait("Clause", "XS-049")]
    public void Read_GivesExactlyTheBytesWritten()
    {
        using var store = new Store();
        string every = string.Concat(Enumerable.Range(0, 256).Select(i => (char)i)) + "\0";
        store.Control.Write("/a", "a long value that was there before");

        foreach (string value in new[] { "x", "", every, "\0", "two\0words" })
        {
            Assert.Equal("OK", store.Control.Write("/a", value));
            Assert.Equal(value, store.Control.Exchange(XsMessageType.Read, "/a\0").Payload);
        }
    }

    [Fact]
    public void Read_AfterWritesOfEveryLength_GivesTheLastOne()
    {
        using var store = new Store();
        foreach (int length in new[] { 10, 2000, 5, 100, 99, 101, 0, 4000, 1 })
        {
            store.Control.Write("/a", new string('v', length));
            Assert.Equal(length, store.Control.Read("/a").Length);
        }
    }

    [Fact]
    public void ReadAndWrite_OfTheRoot_AreAllowed()
    {
        using var store = new Store();
        Assert.Equal("", store.Control.Read("/"));
        Assert.Equal("OK", store.Control.Write("/", "root"));
        Assert.Equal("root", store.Control.Read("/"));
    }

    [Fact]
    [Trait("Clause", "XS-051")]
    public void Read_OfMissingNode_IsENOENT()
    {
        using var store = new Store();
        Assert.Equal("ENOENT", store.Control.Read("/a"));
        Assert.Equal("ENOENT", store.Control.Directory("/a/b"));
        Assert.Equal("ENOENT", store.Control.GetPerms("/a"));
        Assert.Equal("ENOENT", store.Control.SetPerms("/a", "n0"));
    }

    [Fact]
    [Trait("Clause", "XS-050")]
    [Trait("Clause", "XS-127")]
    public void Mkdir_OfExistingNode_ChangesNothing()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        guest.Write("a", "kept");
        store.Control.WatchQuietly("/local", "t");
        string before = store.Control.Ask(XsMessageType.Control, "quota\0" + "5\0");

        Assert.Equal("OK", guest.Mkdir("a"));

        Assert.Equal("kept", guest.Read("a"));
        Assert.Empty(store.Control.Events());
        Assert.Equal(before, store.Control.Ask(XsMessageType.Control, "quota\0" + "5\0"));
    }

    [Fact]
    [Trait("Clause", "XS-051")]
    public void Rm_RemovesTheWholeSubtree()
    {
        using var store = new Store();
        store.Control.Write("/a/b/c", "1");
        store.Control.Write("/a/b/d/e", "2");
        store.Control.Write("/a/bc", "3");

        Assert.Equal("OK", store.Control.Rm("/a/b"));

        Assert.Equal("ENOENT", store.Control.Read("/a/b"));
        Assert.Equal("ENOENT", store.Control.Read("/a/b/c"));
        Assert.Equal("ENOENT", store.Control.Read("/a/b/d/e"));
        Assert.Equal("bc", store.Control.Directory("/a"));
    }

    [Fact]
    [Trait("Clause", "XS-051")]
    public void Rm_OfMissingNode_DependsOnItsParent()
    {
        using var store = new Store();
        store.Control.Mkdir("/a");
        Assert.Equal("OK", store.Control.Rm("/a/x"));
        Assert.Equal("OK", store.Control.Rm("/x"));
        Assert.Equal("ENOENT", store.Control.Rm("/x/y"));
        Assert.Equal("ENOENT", store.Control.Rm("/a/x/y/z"));
    }

    [Fact]
    [Trait("Clause", "XS-052")]
    public void Rm_OfTheRoot_IsEINVAL()
    {
        using var store = new Store();
        store.Control.Mkdir("/a");
        Assert.Equal("EINVAL", store.Control.Rm("/"));
        Assert.Equal("a", store.Control.Directory("/"));
    }

    [Fact]
    [Trait("Clause", "XS-053")]
    public void Directory_ListsNamesInTheOrderOfTheirCreation()
    {
        using var store = new Store();
        foreach (string name in new[] { "c", "a", "bb", "d" })
        {
            store.Control.Mkdir("/dir/" + name);
        }

        Assert.Equal("c\0a\0bb\0d\0", store.Control.Exchange(XsMessageType.Directory, "/dir\0").Payload);
        store.Control.Rm("/dir/c");
        Assert.Equal("a bb d", store.Control.Directory("/dir"));
        store.Control.Rm("/dir/bb");
        Assert.Equal("a d", store.Control.Directory("/dir"));
        store.Control.Rm("/dir/d");
        store.Control.Mkdir("/dir/c");
        Assert.Equal("a c", store.Control.Directory("/dir"));
        Assert.Equal("", store.Control.Exchange(XsMessageType.Directory, "/dir/a\0").Payload);
    }

    [Fact]
    [Trait("Clause", "XS-054")]
    public void Directory_OverTheMessageLimit_IsE2BIG()
    {
        using var store = new Store();
        for (int i = 0; i < 512; i++)
        {
            store.Control.Mkdir($"/d/{i:D7}");
        }

        Assert.Equal(4096, store.Control.Exchange(XsMessageType.Directory, "/d\0").Payload.Length);
        store.Control.Mkdir("/d/x");
        Assert.Equal("E2BIG", store.Control.Directory("/d"));
    }

    [Fact]
    [Trait("Clause", "XS-054")]
    public void DirectoryPart_PagesThroughAnyList()
    {
        using var store = new Store();
        var names = Enumerable.Range(0, 2000).Select(i => $"name-{i}").ToList();
        names.ForEach(name => store.Control.Mkdir("/d/" + name));

        var found = new List<string>();
        string generation = "";
        for (int offset = 0, pages = 0; ; pages++)
        {
            Assert.True(pages < 20);
            string payload = store.Control.Exchange(XsMessageType.DirectoryPart, $"/d\0{offset}\0").Payload;
            Assert.True(payload.Length <= 4096);
            int nul = payload.IndexOf('\0');
            Assert.True(generation == "" || generation == payload[..nul]);
            generation = payload[..nul];
            string list = payload[(nul + 1)..];
            bool isLast = list.EndsWith("\0\0", StringComparison.Ordinal);
            found.AddRange(list.Split('\0', StringSplitOptions.RemoveEmptyEntries));
            if (isLast)
            {
                break;
            }

            offset += list.Length;
        }

        Assert.Equal(names, found);
    }

    [Fact]
    [Trait("Clause", "XS-054")]
    public void DirectoryPart_Generation_FollowsTheChildListAlone()
    {
        using var store = new Store();
        store.Control.Write("/d/a", "");
        string Generation() => store.Control.Exchange(XsMessageType.DirectoryPart, "/d\0" + "0\0").Strings[0];
        string first = Generation();

        store.Control.Write("/d/a", "child value");
        store.Control.Write("/d", "own value");
        store.Control.SetPerms("/d", "r0");
        store.Control.Write("/d/a/grandchild", "");
        store.Control.Write("/elsewhere", "");
        Assert.Equal(first, Generation());

        store.Control.Mkdir("/d/b");
        string second = Generation();
        Assert.NotEqual(first, second);
        store.Control.Rm("/d/b");
        Assert.NotEqual(second, Generation());
        Assert.NotEqual(first, Generation());
    }

    [Fact]
    [Trait("Clause", "XS-054")]
    public void DirectoryPart_AtOrBehindTheEnd_IsAnEmptyString()
    {
        using var store = new Store();
        store.Control.Mkdir("/d/a");
        foreach (string offset in new[] { "2", "3", "2147483647" })
        {
            string payload = store.Control.Exchange(XsMessageType.DirectoryPart, $"/d\0{offset}\0").Payload;
            Assert.EndsWith("\0\0", payload, StringComparison.Ordinal);
            Assert.Equal(2, payload.Count(c => c == '\0'));
        }
    }

    [Theory]
    [InlineData("/d\0")]
    [InlineData("/d\0" + "0")]
    [InlineData("/d\0-1\0")]
    [InlineData("/d\0x\0")]
    [InlineData("/d\0" + "2147483648\0")]
    [InlineData("/d\0" + "0\0\0")]
    [InlineData("/d/\0" + "0\0")]
    [InlineData("@d\0" + "0\0")]
    [Trait("Clause", "XS-130")]
    public void DirectoryPart_WithBadArguments_IsEINVAL(string payload)
    {
        using var store = new Store();
        store.Control.Mkdir("/d");
        Assert.Equal("EINVAL", store.Control.Ask(XsMessageType.DirectoryPart, payload));
    }

    [Fact]
    public void DirectoryPart_OfMissingNode_IsENOENT()
    {
        using var store = new Store();
        Assert.Equal("ENOENT", store.Control.Ask(XsMessageType.DirectoryPart, "/d\0" + "0\0"));
    }

    [Fact]
    [Trait("Clause", "XS-129")]
    public void DeepTrees_AreBuiltWalkedAndRemoved()
    {
        using var store = new Store();
        string path = string.Concat(Enumerable.Repeat("/d", 1536));
        Assert.Equal("OK", store.Control.Write(path, "deep"));
        Assert.Equal("deep", store.Control.Read(path));
        Assert.Null(store.Engine.CheckInvariants());

        uint tx = store.Control.Begin();
        Assert.Equal("OK", store.Control.Rm("/d/d", tx));
        Assert.Equal("OK", store.Control.Commit(tx));
        Assert.Equal("ENOENT", store.Control.Read("/d/d"));
        store.Control.Write(path, "deep");
        Assert.Equal("OK", store.Control.Rm("/d"));
        Assert.Equal("", store.Control.Directory("/"));
    }

    [Fact]
    public void FiftyThousandNodes_ComeAndGo()
    {
        using var store = new Store();
        for (int i = 0; i < 50_000; i++)
        {
            store.Control.Write($"/many/{i}", "v");
        }

        Assert.Equal("v", store.Control.Read("/many/49999"));
        Assert.Null(store.Engine.CheckInvariants());
        for (int i = 0; i < 50_000; i += 2)
        {
            Assert.Equal("OK", store.Control.Rm($"/many/{i}"));
        }

        Assert.Equal("ENOENT", store.Control.Read("/many/2"));
        Assert.Equal("v", store.Control.Read("/many/3"));
        Assert.Null(store.Engine.CheckInvariants());
        Assert.Equal("OK", store.Control.Rm("/many"));
        Assert.Equal("", store.Control.Directory("/"));
    }

    [Theory]
    [InlineData(XsMessageType.Read)]
    [InlineData(XsMessageType.Directory)]
    [InlineData(XsMessageType.Mkdir)]
    [InlineData(XsMessageType.Rm)]
    [InlineData(XsMessageType.GetPerms)]
    [InlineData(XsMessageType.GetDomainPath)]
    [InlineData(XsMessageType.IsDomainIntroduced)]
    [Trait("Clause", "XS-041")]
    public void OneStringRequests_TakeExactlyOneString(XsMessageType type)
    {
        using var store = new Store();
        store.Control.Mkdir("/a");
        string argument = type is XsMessageType.GetDomainPath or XsMessageType.IsDomainIntroduced ? "1" : "/a";
        foreach (string payload in new[] { "", argument, argument + "\0x", argument + "\0\0", "\0" })
        {
            Assert.Equal("EINVAL", store.Control.Ask(type, payload));
        }

        Assert.NotEqual("EINVAL", store.Control.Ask(type, argument + "\0"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("\0value")]
    public void Write_WithoutAPath_IsEINVAL(string payload)
    {
        using var store = new Store();
        Assert.Equal("EINVAL", store.Control.Ask(XsMessageType.Write, payload));
        Assert.Equal("", store.Control.Directory("/"));
    }
}
