using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Transactions;

/// <summary>Permission changes that keep the owner, whoever that is.</summary>
internal static class PermissionRequests
{
    /// <summary>The node's owner entry with another letter than it has now; full access for the owner stays.</summary>
    public static async Task<string> OtherPermissionAsync(this StoreContext c, StoreSession session, string path)
    {
        var reply = await c.ExpectOkAsync(session.GetPermsAsync(path), $"GET_PERMS of {path}");
        string owner = reply.Strings[0];
        return (owner[0] == 'r' ? 'b' : 'r') + owner[1..];
    }
}
