using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Grants;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block.Front;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Grants;

/// <summary>What a back does about maps that fail, and that it undoes each of its maps once.</summary>
public static class MappingDutyCases
{
    /// <summary>Over connect, data and removal every mapping is undone once, with grants that persist and without.</summary>
    [Case("GT-031", "GT-027")]
    public static async Task EveryMappingIsUndoneOnce(PairContext c)
    {
        foreach (bool isPersistent in (bool[])[false, true])
        {
            var pair = await ObservedPair.ConnectAsync(c, "GT-031", isPersistent);
            await pair.ExpectDataAsync("GT-031", 0, 64 * 1024);
            c.Expect("GT-031", await c.Tools.RemoveAsync(pair.Disk), "the disk to be removed", "not");
            await c.SettleAsync();
            ExpectAllUndone(c, pair, isPersistent ? "with grants that persist" : "without grants that persist");
            await pair.Front.StopAsync();
            await pair.Back.StopAsync();
        }
    }

    /// <summary>Whichever map fails, of a ring page or of data, no other is left behind and none is undone that was not done.</summary>
    [Case("GT-031", "GT-025", Guards = "Z-005, Z-118, Z-119, Z-130, Z-149")]
    public static async Task FailedMapIsNotUndone(PairContext c)
    {
        foreach (bool isPersistent in (bool[])[false, true])
        {
            for (int failing = 0; failing < 24; failing += 3)
            {
                int count = 0;
                var pair = await ObservedPair.BeginAsync(c, isPersistent, prepare: made =>
                    made.BackDomain.GrantLog.Refusal = (_, _) => count++ == failing ? GrantStatus.GeneralError : null);
                await c.SettleAsync();
                if (pair.Front.FindDisk(pair.Disk.Name) is { } disk && await c.ReadAsync($"{pair.Disk.FrontNode}/state") == $"{(int)XenbusState.Connected}")
                {
                    for (ulong i = 0; i < 3; i++)
                    {
                        await disk.WriteAsync(new Sector512(64 * i), new byte[5 * 4096]);
                    }

                    await pair.ExpectDataAsync("GT-025", 512, 4096);
                }

                c.Expect("GT-031", await c.Tools.RemoveAsync(pair.Disk), $"the disk to be removed after map {failing} failed", "not");
                await c.SettleAsync();
                ExpectAllUndone(c, pair, $"after map {failing} failed");
                await pair.Front.StopAsync();
                await pair.Back.StopAsync();
            }
        }
    }

    /// <summary>A page that is being fetched is asked for again until it is there; the request succeeds.</summary>
    [Case("GT-034")]
    public static async Task MapIsTriedAgainWhenToldTo(PairContext c)
    {
        var pair = await ObservedPair.ConnectAsync(c, "GT-034", isPersistent: false);
        int told = 0;
        pair.BackDomain.GrantLog.Refusal = (_, _) => told++ % 3 < 2 ? GrantStatus.TryAgain : null;
        await pair.ExpectDataAsync("GT-034", 8, 3 * 4096);
        c.Expect("GT-034", told >= 9, "two more tries for each map that says try again", $"{told} maps");
    }

    /// <summary>A map that fails for good is not tried again: its request fails, and those after it do not.</summary>
    [Case("GT-034", "GT-024")]
    public static async Task OtherFailuresAreNotTriedAgain(PairContext c)
    {
        var pair = await ObservedPair.ConnectAsync(c, "GT-034", isPersistent: false);
        foreach (var status in (GrantStatus[])[GrantStatus.GeneralError, GrantStatus.BadReference, GrantStatus.BadDomain, GrantStatus.PermissionDenied, GrantStatus.BadPage])
        {
            var refused = new List<GrantRef>();
            pair.BackDomain.GrantLog.Refusal = (_, reference) =>
            {
                if (refused.Count > 0 && !refused.Contains(reference))
                {
                    return null;
                }

                refused.Add(reference);
                return status;
            };
            var result = await pair.Medium.WriteAsync(new Sector512(8), new byte[4096]);
            c.Expect("GT-034", result != DiskResult.Ok, $"a request to fail whose map says {status}", "success");
            c.Expect("GT-034", refused.Count == 1, $"one try of a map that says {status}", $"{refused.Count}");
            pair.BackDomain.GrantLog.Refusal = null;
            await pair.ExpectDataAsync("GT-034", 8, 2 * 4096);
        }
    }

    private static void ExpectAllUndone(PairContext c, ObservedPair pair, string when)
    {
        var log = pair.BackDomain.GrantLog;
        c.Expect("GT-031", log.Mappings.Any(mapping => mapping.Result.Status == GrantStatus.Okay || mapping.Result.Status == GrantStatus.GeneralError), $"maps {when}", "none");
        c.Expect("GT-031", log.BadUnmaps.Count == 0, $"no unmap of what is not mapped {when}", string.Join("; ", log.BadUnmaps));
        int left = log.Mappings.Count(mapping => mapping.IsLive);
        c.Expect("GT-031", left == 0 && c.BackDomain.Machine.Grants.MappingCount == 0, $"nothing mapped {when}", $"{left} mappings");
    }
}
