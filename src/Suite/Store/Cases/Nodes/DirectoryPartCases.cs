using System.Globalization;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Nodes;

/// <summary>The names of a node's children, a page at a time.</summary>
public static class DirectoryPartCases
{
    private const int Many = 150;

    /// <summary>The pages together are the whole list of a directory too large for one message, all with one generation.</summary>
    [Case("XS-054", "XS-012")]
    public static async Task PagesTogetherAreTheWholeList(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await FillAsync(c, session, area);
        await c.ExpectErrorAsync(XsError.E2BIG, session.DirectoryAsync(area), "DIRECTORY of the same node");
        var (names, generations) = await ReadAllAsync(c, session, area);
        c.Expect(
            names.Order(StringComparer.Ordinal).SequenceEqual(Enumerable.Range(0, Many).Select(LongName)),
            $"the {Many} names, each once",
            $"{names.Count} names, {names.Distinct().Count()} of them distinct");
        c.Expect(generations.Distinct().Count() == 1, "one generation on all pages", string.Join(", ", generations));
    }

    /// <summary>A directory that fits into one message is one page with the same names as DIRECTORY.</summary>
    [Case("XS-054", Over = Carriers.Both)]
    public static async Task SmallDirectoryIsOnePage(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        foreach (string name in new[] { "a", "bb", "ccc" })
        {
            await c.ExpectOkAsync(session.MkdirAsync($"{area}/{name}"), "MKDIR");
        }

        var (names, _) = await ReadAllAsync(c, session, area);
        var whole = await c.ExpectOkAsync(session.DirectoryAsync(area), "DIRECTORY");
        c.Expect(names.Count == 3 && names.SequenceEqual(whole.Strings), $"the names {whole.Summary} of DIRECTORY", string.Join(' ', names));
    }

    /// <summary>A node without children has a page without names.</summary>
    [Case("XS-054", Over = Carriers.Both)]
    public static async Task PageOfALeafHasNoName(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync(area), "MKDIR");
        var (names, _) = await ReadAllAsync(c, session, area);
        c.Expect(names.Count == 0, "no name for a node without children", string.Join(' ', names));
    }

    /// <summary>An offset behind the list gives a page without names.</summary>
    [Case("XS-054", Over = Carriers.Both)]
    public static async Task PageBehindTheListHasNoName(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync($"{area}/abc"), "MKDIR");
        foreach (int offset in new[] { 4, 5, 4096, int.MaxValue })
        {
            var (_, names, _) = await PageAsync(c, session, area, offset);
            c.Expect(names.Count == 0, $"no name from offset {offset} of a list of four bytes", string.Join(' ', names));
        }
    }

    /// <summary>The generation stays while the list does: over reads, values of children, grandchildren and changes elsewhere.</summary>
    [Case("XS-054", Over = Carriers.Both)]
    public static async Task GenerationStaysWhileTheListStays(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync($"{area}/d/a", "v"), "WRITE");
        string before = (await PageAsync(c, session, $"{area}/d", 0)).Generation;
        await c.ExpectOkAsync(session.WriteAsync($"{area}/d/a", "w"), "WRITE of a child");
        await c.ExpectOkAsync(session.WriteAsync($"{area}/d/a/grandchild", "w"), "WRITE of a grandchild");
        await c.ExpectOkAsync(session.MkdirAsync($"{area}/sibling"), "MKDIR of a sibling");
        await c.ExpectOkAsync(session.MkdirAsync($"{area}/d/a"), "MKDIR of an existing child");
        await c.ExpectOkAsync(session.RmAsync($"{area}/d/missing"), "RM of a missing child");
        string after = (await PageAsync(c, session, $"{area}/d", 0)).Generation;
        c.Expect(before == after, $"the generation {before} still, for the children of the node are the same", after);
    }

    /// <summary>The generation changes with every addition and removal of a child, also when the names end up the same.</summary>
    [Case("XS-054", Over = Carriers.Both)]
    public static async Task GenerationChangesWithTheList(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync($"{area}/a"), "MKDIR");
        var seen = new List<string> { (await PageAsync(c, session, area, 0)).Generation };
        foreach (var change in new Func<Task<StoreMessage>>[]
        {
            () => session.MkdirAsync($"{area}/b"),
            () => session.RmAsync($"{area}/b"),
            () => session.WriteAsync($"{area}/b/c", "v"),
            () => session.RmAsync($"{area}/a"),
        })
        {
            await c.ExpectOkAsync(change(), "a change of the list");
            seen.Add((await PageAsync(c, session, area, 0)).Generation);
        }

        c.Expect(seen.Distinct().Count() == seen.Count, "another generation after each change of the list", string.Join(", ", seen));
    }

    /// <summary>Inside a transaction it follows the transaction's own changes, and outside it changes with the commit.</summary>
    [Case("XS-054", "XS-113", Over = Carriers.Both)]
    public static async Task GenerationChangesWithTheListInsideATransaction(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync($"{area}/a"), "MKDIR");
        var seen = new List<string> { (await PageAsync(c, session, area, 0)).Generation };
        uint transaction = await c.StartTransactionAsync(session);
        foreach (string name in new[] { "b", "c" })
        {
            await c.ExpectOkAsync(session.MkdirAsync($"{area}/{name}", transaction), "MKDIR in a transaction");
            seen.Add((await PageAsync(c, session, area, 0, transaction)).Generation);
        }

        c.Expect(seen.Distinct().Count() == seen.Count, "another generation after each change in the transaction", string.Join(", ", seen));
        string outside = (await PageAsync(c, session, area, 0)).Generation;
        c.Expect(outside == seen[0], $"the generation {seen[0]} still outside of the transaction", outside);
        await c.ExpectOkAsync(session.CommitAsync(transaction), "the commit");
        string after = (await PageAsync(c, session, area, 0)).Generation;
        c.Expect(after != seen[0], $"another generation than {seen[0]} after the commit", after);
    }

    /// <summary>A node removed and made again is not taken for the old one.</summary>
    [Case("XS-054", Over = Carriers.Both)]
    public static async Task GenerationChangesWhenTheNodeIsMadeAnew(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync($"{area}/d/a"), "MKDIR");
        string before = (await PageAsync(c, session, $"{area}/d", 0)).Generation;
        await c.ExpectOkAsync(session.RmAsync($"{area}/d"), "RM");
        await c.ExpectOkAsync(session.MkdirAsync($"{area}/d/b"), "MKDIR anew");
        string after = (await PageAsync(c, session, $"{area}/d", 0)).Generation;
        c.Expect(before != after, $"another generation than {before} for a node made anew", after);
    }

    /// <summary>A missing node is ENOENT; a request without an offset is EINVAL.</summary>
    [Case("XS-054", Over = Carriers.Both)]
    public static async Task PageOfAMissingNodeIsEnoent(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync(area), "MKDIR");
        _ = await PageAsync(c, session, area, 0);
        await c.ExpectErrorAsync(XsError.ENOENT, session.DirectoryPartAsync(area + "/missing", 0), "DIRECTORY_PART of a missing node");
        await c.ExpectErrorAsync(
            XsError.EINVAL, session.RequestAsync(XsMessageType.DirectoryPart, StorePayload.Strings(area)), "DIRECTORY_PART without an offset");
    }

    private static async Task FillAsync(StoreContext c, StoreSession session, string area)
    {
        for (int i = 0; i < Many; i++)
        {
            await c.ExpectOkAsync(session.MkdirAsync($"{area}/{LongName(i)}"), "MKDIR of a child");
        }
    }

    private static string LongName(int i) => i.ToString("d40", CultureInfo.InvariantCulture);

    private static async Task<(List<string> Names, List<string> Generations)> ReadAllAsync(StoreContext c, StoreSession session, string path)
    {
        var names = new List<string>();
        var generations = new List<string>();
        int offset = 0;
        while (true)
        {
            var (generation, page, isLast) = await PageAsync(c, session, path, offset);
            names.AddRange(page);
            generations.Add(generation);
            offset += page.Sum(name => name.Length + 1);
            if (isLast || page.Count == 0)
            {
                return (names, generations);
            }

            c.Expect(names.Count <= 2 * Many, "an end of the list", $"{names.Count} names and more");
        }
    }

    /// <summary>An empty name at the end of a page says that the list ends there.</summary>
    private static async Task<(string Generation, List<string> Names, bool IsLast)> PageAsync(
        StoreContext c, StoreSession session, string path, int offset, uint transaction = 0)
    {
        var reply = await session.DirectoryPartAsync(path, offset, transaction);
        if (reply.Error == XsError.ENOSYS)
        {
            throw CaseOutcome.NotApplicable("the store has no DIRECTORY_PART, which is optional");
        }

        c.Expect(
            !reply.IsError && reply.Payload.Length > 0 && reply.Payload[^1] == 0,
            $"a generation and names, each with its NUL, for DIRECTORY_PART from offset {offset}",
            reply.Summary);
        string[] parts = reply.Text[..^1].Split('\0');
        c.Expect(
            XsNumber.TryParse(StorePayload.Raw(parts[0]), ulong.MaxValue, out _),
            "a decimal generation at the beginning of the page",
            reply.Summary);
        bool isLast = parts.Length > 1 && parts[^1].Length == 0;
        return (parts[0], [.. parts[1..].Where(name => name.Length > 0)], isLast);
    }
}
