using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.StoreClient.Script;

namespace Conformance.Suite.StoreClient.Cases.Values;

/// <summary>Several nodes read at once, of which some are absent.</summary>
public static class GatherCases
{
    private static readonly string[] Required = ["ring-ref", "event-channel"];
    private static readonly string[] Optional = ["feature-a", "feature-b", "feature-c", "feature-d"];

    /// <summary>An optional node that is absent keeps none of those after it from being read, whichever are absent.</summary>
    [Case("XS-143")]
    public static async Task AbsentOptionalNodeHidesNoneBehindIt(StoreClientContext c)
    {
        for (int present = 0; present < 1 << Optional.Length; present++)
        {
            var (client, store) = await c.OpenAsync();
            HashSet<string> there = [.. Required, .. Optional.Where((_, i) => (present & (1 << i)) != 0)];
            var gathering = client.GatherAsync("device", Required, Optional, c.Cancellation);
            await ServeAsync(c, store, gathering, there);
            var came = await c.ResultAsync(gathering, "a read of several nodes");
            c.Expect(
                came.Count == there.Count && there.All(name => came.GetValueOrDefault(name) == "value of " + name),
                $"exactly the nodes {string.Join(", ", there)}", string.Join(", ", came.Select(pair => $"{pair.Key}={pair.Value}")));
        }
    }

    /// <summary>A required node that is absent is an error, and no half of an answer.</summary>
    [Case("XS-143")]
    public static async Task AbsentRequiredNodeIsAnError(StoreClientContext c)
    {
        foreach (string absent in Required)
        {
            var (client, store) = await c.OpenAsync();
            HashSet<string> there = [.. Required, .. Optional];
            there.Remove(absent);
            var gathering = client.GatherAsync("device", Required, Optional, c.Cancellation);
            await ServeAsync(c, store, gathering, there);
            await c.ExpectErrorAsync(XsError.ENOENT, gathering, $"a read of several nodes without the required {absent}");
        }
    }

    /// <summary>Answers reads below <c>device</c> until the call has ended.</summary>
    private static async Task ServeAsync(StoreClientContext c, ScriptedStore store, Task gathering, HashSet<string> there)
    {
        while (await store.NextBeforeAsync(gathering) is { } request)
        {
            c.Expect("XS-143", request.Type == XsMessageType.Read && request.Strings is [var path] && path.StartsWith("device/", StringComparison.Ordinal),
                "a READ of one node below device", request.ToString());
            string name = request.Strings[0]["device/".Length..];
            await (there.Contains(name) ? store.ReplyAsync(request, "value of " + name) : store.FailAsync(request, "ENOENT\0"));
        }
    }
}
