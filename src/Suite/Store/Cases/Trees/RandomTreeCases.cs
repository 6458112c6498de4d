using System.Text;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Trees;

/// <summary>Long random sequences of one connection's requests, compared with a model of the tree.</summary>
public static class RandomTreeCases
{
    private const int Steps = 300;

    private static readonly XsMessageType[] Types =
    [
        XsMessageType.Write, XsMessageType.Write, XsMessageType.Write, XsMessageType.Mkdir, XsMessageType.Mkdir,
        XsMessageType.Rm, XsMessageType.Rm, XsMessageType.Read, XsMessageType.Read, XsMessageType.Directory,
    ];

    /// <summary>Every reply is the model's, and at the end so is the whole tree.</summary>
    [Case("XS-045", "XS-046", "XS-048", "XS-049", "XS-050", "XS-051", "XS-053", Over = Carriers.Both)]
    public static async Task RandomRequestsKeepTheTreeAsModelled(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync(area), "MKDIR of the area");
        var model = await PlayAsync(c, session, area, OracleTree.Empty, Steps, 0);
        await CompareAsync(c, session, area, model);
    }

    /// <summary>The same holds inside a transaction, before and after its commit.</summary>
    [Case("XS-045", "XS-113", "XS-046", "XS-051", "XS-053", Over = Carriers.Both)]
    public static async Task RandomRequestsInTransactionsKeepTheTreeAsModelled(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync(area), "MKDIR of the area");
        var model = OracleTree.Empty;
        for (int round = 0; round < 10; round++)
        {
            uint transaction = await c.StartTransactionAsync(session);
            model = await PlayAsync(c, session, area, model, Steps / 10, transaction);
            await c.ExpectOkAsync(session.CommitAsync(transaction), "the commit, without any other writer");
            await CompareAsync(c, session, area, model);
        }
    }

    private static async Task<OracleTree> PlayAsync(
        StoreContext c, StoreSession session, string area, OracleTree model, int steps, uint transaction)
    {
        for (int i = 0; i < steps; i++)
        {
            var step = new TreeStep(Types[c.Random.Next(Types.Length)], RandomPath(c.Random), $"{c.Random.Next()}");
            model = await ExpectAsync(c, session, area, model, step, transaction);
        }

        return model;
    }

    private static async Task CompareAsync(StoreContext c, StoreSession session, string area, OracleTree model)
    {
        foreach (string path in model.Nodes.Keys)
        {
            await ExpectAsync(c, session, area, model, new TreeStep(XsMessageType.Read, path, ""), 0);
            await ExpectAsync(c, session, area, model, new TreeStep(XsMessageType.Directory, path, ""), 0);
        }
    }

    private static async Task<OracleTree> ExpectAsync(
        StoreContext c, StoreSession session, string area, OracleTree model, TreeStep step, uint transaction)
    {
        var (expected, after) = model.Perform(step);
        string came = await step.SendAsync(session, area, transaction);
        c.Expect(ClauseOf(step, model), came == expected, $"{expected} for {step}", came);
        return after;
    }

    private static string ClauseOf(TreeStep step, OracleTree model) => step.Type switch
    {
        XsMessageType.Rm => "XS-051",
        XsMessageType.Directory => "XS-053",
        XsMessageType.Read when model.Nodes.ContainsKey(step.Path) => "XS-049",
        _ => "XS-045",
    };

    // One to four components out of few names, some of which begin another.
    private static string RandomPath(Random random)
    {
        string[] names = ["a", "ab", "b", "B-"];
        var path = new StringBuilder();
        for (int depth = random.Next(1, 5); depth > 0; depth--)
        {
            path.Append('/').Append(names[random.Next(names.Length)]);
        }

        return path.ToString();
    }
}
