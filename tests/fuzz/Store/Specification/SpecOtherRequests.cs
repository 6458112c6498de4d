using Conformance.Model.Protocol.XenStore;

namespace Conformance.Tests.Fuzz.Store.Specification;

/// <summary>Requests about watches, transactions and domains.</summary>
internal sealed class SpecOtherRequests(SpecStore store)
{
    public static IReadOnlyList<XsMessageType> Privileged { get; } =
    [
        XsMessageType.Control, XsMessageType.Introduce, XsMessageType.Release, XsMessageType.IsDomainIntroduced, XsMessageType.Resume,
        XsMessageType.SetTarget, XsMessageType.SetFeature, XsMessageType.GetQuota, XsMessageType.SetQuota,
    ];

    /// <summary>Answers, or gives the name of an error.</summary>
    public string? Serve(SpecCall call) => call.Type switch
    {
        XsMessageType.Watch => Watch(call),
        XsMessageType.Unwatch => Unwatch(call),
        XsMessageType.ResetWatches => Reset(call),
        XsMessageType.TransactionStart => Start(call),
        XsMessageType.TransactionEnd => End(call),
        XsMessageType.Introduce => Introduce(call),
        XsMessageType.Release or XsMessageType.Resume => ReleaseOrResume(call),
        XsMessageType.SetTarget => SetTarget(call),
        XsMessageType.IsDomainIntroduced => IsIntroduced(call),
        XsMessageType.GetDomainPath => SpecText.Single(call.Payload) is { } text && SpecText.Domain(text) is { } id
            ? Answer(call, $"/local/domain/{id}\0")
            : "EINVAL",
        _ => throw new InvalidOperationException($"the specification has no {call.Type}"),
    };

    private static bool IsEmpty(string payload) => payload is "" or "\0";

    private string? Watch(SpecCall call)
    {
        var (strings, rest) = SpecText.Split(call.Payload);
        ulong? depth = strings.Length == 3 && rest == "" ? SpecText.Number(strings[2], int.MaxValue) : null;
        bool hasDepth = strings.Length > 2 || rest != "";
        if (strings.Length < 2 || (hasDepth && depth is null) || SpecNodeRequests.Resolve(call.Client, strings[0], allowsSpecial: true) is not { } path)
        {
            return "EINVAL";
        }

        if (store.Events.Find(call.Client, path, strings[1]) is not null)
        {
            return "EEXIST";
        }

        if (!call.Client.IsPrivileged && store.Events.Count(call.Client.Domain) >= store.WatchesMaximum)
        {
            return "ENOSPC";
        }

        Answer(call, "OK\0");
        store.Events.Add(new SpecWatch(call.Client, path, strings[1], (int?)depth, path.Length - strings[0].Length));
        return null;
    }

    private string? Unwatch(SpecCall call)
    {
        var (strings, _) = SpecText.Split(call.Payload);
        if (strings.Length != 2 || SpecNodeRequests.Resolve(call.Client, strings[0], allowsSpecial: true) is not { } path)
        {
            return "EINVAL";
        }

        if (store.Events.Find(call.Client, path, strings[1]) is not { } watch)
        {
            return "ENOENT";
        }

        store.Events.Remove(watch);
        return Answer(call, "OK\0");
    }

    private string? Reset(SpecCall call)
    {
        if (!IsEmpty(call.Payload))
        {
            return "EINVAL";
        }

        store.Events.RemoveAll(call.Client);
        call.Client.Transactions.Clear();
        return Answer(call, "OK\0");
    }

    private string? Start(SpecCall call)
    {
        if (call.Transaction is not null)
        {
            return "EBUSY";
        }

        if (!IsEmpty(call.Payload))
        {
            return "EINVAL";
        }

        var client = call.Client;
        if (!client.IsPrivileged && store.TransactionsOf(client.Domain) >= store.TransactionsMaximum)
        {
            return "ENOSPC";
        }

        client.Transactions.Add(++client.LastTransaction, new SpecTransaction(store, client));
        return Answer(call, $"{client.LastTransaction}\0");
    }

    private string? End(SpecCall call)
    {
        if (call.Payload is not ("T\0" or "F\0"))
        {
            return "EINVAL";
        }

        if (call.Transaction is not { } transaction)
        {
            return "ENOENT";
        }

        call.Client.Transactions.Remove(call.Number);
        if (call.Payload == "T\0")
        {
            if (transaction.Refusal() is { } error)
            {
                return error;
            }

            transaction.Apply();
        }

        return Answer(call, "OK\0");
    }

    private string? Introduce(SpecCall call)
    {
        var (strings, _) = SpecText.Split(call.Payload);
        if (strings.Length < 3 || Guest(strings[0]) is not { } id || !IsFrame(strings[1]) || SpecText.Number(strings[2], uint.MaxValue) is null or 0)
        {
            return "EINVAL";
        }

        if (store.LookUp(id) is not { } domain)
        {
            return "ENOENT";
        }

        store.Introduce(domain);
        return Answer(call, "OK\0");
    }

    private string? ReleaseOrResume(SpecCall call)
    {
        if (SpecText.Single(call.Payload) is not { } text || Guest(text) is not { } id)
        {
            return "EINVAL";
        }

        if (store.Domain(id) is not { Guest: not null } domain)
        {
            return "ENOENT";
        }

        if (call.Type == XsMessageType.Release)
        {
            store.Destroy(domain);
        }

        domain.IsShutdownTold = false;
        return Answer(call, "OK\0");
    }

    private string? SetTarget(SpecCall call)
    {
        var (strings, rest) = SpecText.Split(call.Payload);
        if (strings.Length != 2 || rest != "" || Guest(strings[0]) is not { } id || Guest(strings[1]) is not { } target)
        {
            return "EINVAL";
        }

        if (store.Domain(id) is not { Guest: not null } domain || store.Domain(target) is not { Guest: not null } other)
        {
            return "ENOENT";
        }

        domain.Target = other;
        return Answer(call, "OK\0");
    }

    private string? IsIntroduced(SpecCall call) =>
        SpecText.Single(call.Payload) is { } text && SpecText.Domain(text) is { } id
            ? Answer(call, id == 0 || store.Domain(id)?.Guest is not null ? "T\0" : "F\0")
            : "EINVAL";

    private static int? Guest(string text) => SpecText.Domain(text) is { } id and not 0 ? id : null;

    private static bool IsFrame(string text) =>
        text.StartsWith('-') ? SpecText.Number(text[1..], 1UL << 63) is not null : SpecText.Number(text, ulong.MaxValue) is not null;

    private string? Answer(SpecCall call, string payload)
    {
        store.Reply(call.Client, call.Type, call.Id, call.Number, payload);
        return null;
    }
}
