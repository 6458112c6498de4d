using Conformance.Model.Protocol.XenStore;

namespace Conformance.Tests.Fuzz.Store.Specification;

/// <summary>Requests about nodes and their permissions.</summary>
internal sealed class SpecNodeRequests(SpecStore store)
{
    public static IReadOnlyList<XsMessageType> Changes { get; } = [XsMessageType.Write, XsMessageType.Mkdir, XsMessageType.Rm, XsMessageType.SetPerms];

    public static IReadOnlyList<XsMessageType> Types { get; } =
        [.. Changes, XsMessageType.Read, XsMessageType.Directory, XsMessageType.DirectoryPart, XsMessageType.GetPerms];

    /// <summary>The absolute form of a path, or null when it is no path.</summary>
    public static string? Resolve(SpecClient client, string? text, bool allowsSpecial)
    {
        if (text is null || !SpecText.IsPath(text) || (text[0] == '@' && !allowsSpecial))
        {
            return null;
        }

        return text[0] is '/' or '@' ? text : $"/local/domain/{client.Domain.Id}/{text}";
    }

    /// <summary>Answers, or gives the name of an error.</summary>
    public string? Serve(SpecCall call)
    {
        switch (call.Type)
        {
            case XsMessageType.Write:
                int nul = call.Payload.IndexOf('\0');
                return Make(call, nul < 0 ? null : call.Payload[..nul], call.Payload[(nul + 1)..]);
            case XsMessageType.Mkdir:
                return Make(call, SpecText.Single(call.Payload), null);
            case XsMessageType.SetPerms:
                return SetRights(call);
            case XsMessageType.GetPerms:
                return GetRights(call);
            case XsMessageType.DirectoryPart:
                return Part(call);
        }

        if (Resolve(call.Client, SpecText.Single(call.Payload), allowsSpecial: false) is not { } path)
        {
            return "EINVAL";
        }

        return call.Type == XsMessageType.Rm ? Remove(call, path) : Show(call, path);
    }

    private string? Show(SpecCall call, string path)
    {
        if (call.View.Refusal(call.Client, path, writes: false) is { } error)
        {
            return error;
        }

        return Answer(call, call.Type == XsMessageType.Read ? call.View.Value(path) : Listing(call.View.Children(path).Names));
    }

    private static string Listing(IEnumerable<string> names) => string.Concat(names.Order(StringComparer.Ordinal).Select(name => name + "\0"));

    private string? Part(SpecCall call)
    {
        var (strings, rest) = SpecText.Split(call.Payload);
        if (strings.Length != 2 || rest != "" || SpecText.Number(strings[1], int.MaxValue) is not { } offset
            || Resolve(call.Client, strings[0], allowsSpecial: false) is not { } path)
        {
            return "EINVAL";
        }

        if (call.View.Refusal(call.Client, path, writes: false) is { } error)
        {
            return error;
        }

        var (names, key) = call.View.Children(path);
        return Answer(call, $"{path} {key}\0{(offset == 0 ? Listing(names) : "?")}\0");
    }

    /// <summary>WRITE, or MKDIR when there is no value.</summary>
    private string? Make(SpecCall call, string? text, string? value)
    {
        var client = call.Client;
        if (Resolve(client, text, allowsSpecial: false) is not { } path)
        {
            return "EINVAL";
        }

        string? refusal = call.View.Refusal(client, path, writes: true);
        if (refusal is not (null or "ENOENT"))
        {
            return refusal;
        }

        if (!client.IsPrivileged && value?.Length > store.NodeSizeMaximum)
        {
            return "E2BIG";
        }

        if (refusal is null && value is not null)
        {
            call.View.SetValue(path, value);
        }
        else if (refusal is not null)
        {
            string ancestor = call.View.Nearest(path);
            int wanted = call.View.NodesOf(client.Domain.Id) + SpecTree.Depth(path) - SpecTree.Depth(ancestor);
            if (!client.IsPrivileged && wanted > store.NodesMaximum)
            {
                return "ENOSPC";
            }

            var rights = call.View.Look(ancestor)!;
            call.View.Create(ancestor, path, value ?? "", client.IsPrivileged ? rights : rights.OwnedBy(client.Domain.Id));
        }

        return Answer(call, "OK\0");
    }

    private string? Remove(SpecCall call, string path)
    {
        string? refusal = call.View.Refusal(call.Client, path, writes: true);
        if (refusal is null && path == "/")
        {
            return "EINVAL";
        }

        if (refusal is null)
        {
            call.View.Remove(path);
        }
        else if (refusal != "ENOENT" || call.View.Look(SpecTree.Parent(path)) is null)
        {
            return refusal;
        }

        return Answer(call, "OK\0");
    }

    private string? GetRights(SpecCall call)
    {
        if (Resolve(call.Client, SpecText.Single(call.Payload), allowsSpecial: true) is not { } path)
        {
            return "EINVAL";
        }

        if (path[0] == '@')
        {
            return SpecialRefusal(call, path, asOwner: false) ?? Answer(call, store.Special[Bare(path)].Text);
        }

        return call.View.Refusal(call.Client, path, writes: false) ?? Answer(call, call.View.Rights(path).Text);
    }

    private string? SetRights(SpecCall call)
    {
        var (strings, _) = SpecText.Split(call.Payload);
        var entries = strings.Skip(1).Select(SpecText.Entry).ToArray();
        if (entries.Length == 0 || entries.Contains(null) || Resolve(call.Client, strings[0], allowsSpecial: true) is not { } path)
        {
            return "EINVAL";
        }

        if (!call.Client.IsPrivileged && entries.Length > store.EntriesMaximum)
        {
            return "ENOSPC";
        }

        var rights = new SpecRights([.. entries.Select(entry => entry! with { IsVoid = store.LookUp(entry.Domain) is null })]);
        if (!call.Client.IsServed)
        {
            return null;
        }

        if (rights.Entries[0].IsVoid)
        {
            return "ENOENT";
        }

        return path[0] == '@' ? SetSpecial(call, path, rights) : SetOnNode(call, path, rights);
    }

    private string? SetOnNode(SpecCall call, string path, SpecRights rights)
    {
        if (call.View.Refusal(call.Client, path, writes: true, asOwner: true) is { } refusal)
        {
            return refusal;
        }

        if (!call.Client.IsPrivileged && call.View.Look(path)!.Owner != rights.Owner)
        {
            return "EPERM";
        }

        call.View.SetRights(path, rights);
        return Answer(call, "OK\0");
    }

    private string? SetSpecial(SpecCall call, string path, SpecRights rights)
    {
        if (SpecialRefusal(call, path, asOwner: true) is { } refusal)
        {
            return refusal;
        }

        if (!call.Client.IsPrivileged && store.Special[Bare(path)].Owner != rights.Owner)
        {
            return "EPERM";
        }

        store.Special[Bare(path)] = rights;
        return Answer(call, "OK\0");
    }

    private string? SpecialRefusal(SpecCall call, string path, bool asOwner)
    {
        if (!store.Special.TryGetValue(Bare(path), out var rights))
        {
            return call.Client.IsPrivileged ? "ENOENT" : "EACCES";
        }

        return (asOwner ? rights.IsOwnedBy(call.Client) : rights.LetRead(call.Client)) ? null : "EACCES";
    }

    private static string Bare(string path) =>
        path.IndexOf('/') is >= 0 and var slash && SpecText.Domain(path[(slash + 1)..]) is not null ? path[..slash] : path;

    private string? Answer(SpecCall call, string payload)
    {
        store.Reply(call.Client, call.Type, call.Id, call.Number, payload);
        return null;
    }
}
