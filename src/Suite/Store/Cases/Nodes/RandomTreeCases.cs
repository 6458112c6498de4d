using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Nodes;

/// <summary>Long random sequences of requests, compared with a model of the tree.</summary>
public static class RandomTreeCases
{
    private const int Steps = 300;

    /// <summary>Every reply is the model's, and at the end so is the whole tree.</summary>
    [Case("XS-045", "XS-046", "XS-048", "XS-049", "XS-050", "XS-051", "XS-053", Over = Carriers.Both)]
    public static async Task RandomRequestsKeepTheTreeAsModelled(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync(area), "MKDIR of the area");
        var model = new TreeModel();
        for (int step = 0; step < Steps; step++)
        {
            await StepAsync(c, session, area, model, 0);
        }

        await CompareAsync(c, session, area, model);
    }

    /// <summary>The same holds inside a transaction, before and after its commit.</summary>
    [Case("XS-045", "XS-113", "XS-046", "XS-051", "XS-053", Over = Carriers.Both)]
    public static async Task RandomRequestsInTransactionsKeepTheTreeAsModelled(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync(area), "MKDIR of the area");
        var model = new TreeModel();
        for (int round = 0; round < 10; round++)
        {
            uint transaction = await c.StartTransactionAsync(session);
            for (int step = 0; step < Steps / 10; step++)
            {
                await StepAsync(c, session, area, model, transaction);
            }

            await c.ExpectOkAsync(session.CommitAsync(transaction), "the commit, without any other writer");
            await CompareAsync(c, session, area, model);
        }
    }

    private static async Task StepAsync(StoreContext c, StoreSession session, string area, TreeModel model, uint transaction)
    {
        string path = TreeModel.RandomPath(c.Random);
        switch (c.Random.Next(10))
        {
            case < 3:
                string value = $"{c.Random.Next()}";
                model.Write(path, value);
                await c.ExpectTextAsync("OK\0", session.WriteAsync(area + path, value, transaction), $"WRITE of {path}");
                break;
            case < 5:
                model.Mkdir(path);
                await c.ExpectTextAsync("OK\0", session.MkdirAsync(area + path, transaction), $"MKDIR of {path}");
                break;
            case < 7:
                var expected = model.Rm(path);
                var reply = await session.RmAsync(area + path, transaction);
                c.Expect("XS-051", reply.Error == expected && reply.IsError == (expected != XsError.None), $"{expected} for RM of {path}", reply.Summary);
                break;
            case < 9:
                await CompareValueAsync(c, session, area, model, path, transaction);
                break;
            default:
                await CompareNamesAsync(c, session, area, model, path, transaction);
                break;
        }
    }

    private static async Task CompareAsync(StoreContext c, StoreSession session, string area, TreeModel model)
    {
        foreach (string path in model.Paths)
        {
            await CompareValueAsync(c, session, area, model, path, 0);
            await CompareNamesAsync(c, session, area, model, path, 0);
        }
    }

    private static async Task CompareValueAsync(
        StoreContext c, StoreSession session, string area, TreeModel model, string path, uint transaction)
    {
        var read = session.ReadAsync(area + path, transaction);
        await (model.Read(path) is { } value
            ? c.ExpectTextAsync(value, read, $"READ of {path}", "XS-049")
            : c.ExpectErrorAsync(XsError.ENOENT, read, $"READ of {path}", "XS-045"));
    }

    private static async Task CompareNamesAsync(
        StoreContext c, StoreSession session, string area, TreeModel model, string path, uint transaction)
    {
        var reply = await session.DirectoryAsync(area + path, transaction);
        var expected = model.Directory(path);
        c.Expect(
            "XS-053",
            expected is null
                ? reply.Error == XsError.ENOENT
                : !reply.IsError && reply.Strings.Order(StringComparer.Ordinal).SequenceEqual(expected),
            expected is null ? $"ENOENT for DIRECTORY of {path}" : $"the names {string.Join(' ', expected)} for DIRECTORY of {path}",
            reply.Summary);
    }
}
