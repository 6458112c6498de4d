using System.Globalization;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Quotas;

/// <summary>Creates nodes one at a time until the store refuses, so that they can be counted.</summary>
internal static class NodeFill
{
    /// <summary>Nodes that an unprivileged domain may own (XS-123).</summary>
    public const int Limit = 1000;

    // A directory's list of children counts towards its size (XS-062), so that one directory cannot hold them all.
    private const int ChildrenPerDirectory = 60;

    /// <summary>Creates empty nodes below <paramref name="root"/>, which must not exist, each by a request of its own.</summary>
    /// <param name="session">Who creates them.</param>
    /// <param name="root">The first node created.</param>
    /// <param name="most">When to stop though nothing was refused.</param>
    /// <returns>How many were created, and the refusal that ended it, if any.</returns>
    public static async Task<(int Created, StoreMessage? Refusal)> CreateAsync(StoreSession session, string root, int most)
    {
        int created = 0;
        foreach (string path in Paths(root).Take(most))
        {
            var reply = await session.MkdirAsync(path);
            if (reply.IsError)
            {
                return (created, reply);
            }

            created++;
        }

        return (created, null);
    }

    /// <summary>Creates nodes until the store refuses, and says how many it took.</summary>
    public static async Task<int> CountAsync(StoreContext c, StoreSession session, string root)
    {
        var (created, refusal) = await CreateAsync(session, root, 2 * Limit);
        c.Expect("XS-123", refusal is not null, $"a refusal of the nodes beyond {Limit}", $"{created} nodes created");
        return created;
    }

    /// <summary>The paths that <see cref="CreateAsync"/> creates, parents first.</summary>
    public static IEnumerable<string> Paths(string root)
    {
        yield return root;
        for (int directory = 0; ; directory++)
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"{root}/{directory}");
            yield return path;
            for (int child = 0; child < ChildrenPerDirectory; child++)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"{path}/{child}");
            }
        }
    }
}
