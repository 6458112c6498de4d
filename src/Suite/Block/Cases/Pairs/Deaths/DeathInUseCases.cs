using Conformance.Model.Judging;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.XenStore.Client;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Pairs.Deaths;

/// <summary>A domain dies while its disk is in use (I-40 to I-43).</summary>
public static class DeathInUseCases
{
    /// <summary>A guest that dies with requests under way is reaped once they have ended, and not before its memory is let go.</summary>
    [Case("XB-046", "GT-032", "BB-044", Guards = "Z-047, Z-147")]
    public static async Task GuestThatDiesWithRequestsUnderWayIsReaped(PairContext c)
    {
        var slow = c.AddSlowDisk("/media/slow", TimeSpan.FromSeconds(3));
        await c.StartBackAsync();
        var front = await c.StartFrontAsync(EndStates.OneQueue);
        var request = await c.AddDiskAsync(c.Disk(51728, "/media/slow"));
        RunningIo.Start(c, await EndStates.DiskAsync(c, front, request), 4);
        await c.Driver.DelayAsync(TimeSpan.FromSeconds(1));
        c.Expect("XB-046", slow().UnderWay > 0, "requests under way", "none");
        await c.World.DestroyAsync(c.Guest);
        c.Expect("GT-032", c.Guest.Machine.IsZombie, "a domain whose memory is in use to stay a zombie", "it is gone");
        await EndStates.ExpectAsync(c, "XB-046", Blame.Back, request, EndState.Closed);
        c.Expect("XB-046", !c.Guest.Machine.IsZombie, "the dead domain reaped", "it is a zombie still");
        await c.ExpectNothingHeldAsync("XB-046", "after the guest's death");
    }

    /// <summary>Requests to a back whose domain dies end or are kept, none is forgotten, and a new back of the same device is used.</summary>
    [Case("XB-047", "BF-039", "GT-033", "XB-032", Guards = "Z-247, Z-258")]
    public static async Task NewBackAfterADeathIsUsed(PairContext c)
    {
        await c.UseDriverDomainAsync();
        var slow = c.AddSlowDisk("/media/slow", TimeSpan.FromSeconds(3));
        await c.StartBackAsync();
        var front = await c.StartFrontAsync(EndStates.OneQueue);
        var request = await c.AddDiskAsync(c.Disk(51728, "/media/slow"));
        var io = RunningIo.Start(c, await EndStates.DiskAsync(c, front, request), 4);
        await c.Driver.DelayAsync(TimeSpan.FromSeconds(1));
        c.Expect("XB-047", slow().UnderWay > 0, "requests under way", "none");
        await c.World.DestroyAsync(c.BackDomain);
        await EndStates.ExpectAsync(c, "XB-047", Blame.Front, request, EndState.Closed, EndState.Awaited);
        await io.JoinAsync(c);
        await c.ExpectNothingHeldAsync("XB-047", "after the back's death");
        await c.UseDriverDomainAsync();
        await c.StartBackAsync();
        var next = await c.AddDiskAsync();
        await c.Tools.ForceAsync(request);
        await EndStates.ExpectServesAsync(c, "XB-047", front, next);
    }

    /// <summary>Two guests that die in the same moment are both noticed.</summary>
    [Case("XB-046", "XS-089")]
    public static async Task DeathsInTheSameMomentAreAllNoticed(PairContext c)
    {
        await c.StartBackAsync();
        var guests = new List<(Reference.World.WorldDomain Domain, Reference.ToolStack.DeviceRequest Disk)>();
        for (int i = 0; i < 3; i++)
        {
            await c.UseNewGuestAsync();
            var front = await c.StartFrontAsync(EndStates.OneQueue);
            var disk = await c.AddDiskAsync();
            await EndStates.ExpectServesAsync(c, "XB-046", front, disk);
            guests.Add((c.Guest, disk));
        }

        foreach (var (domain, _) in guests)
        {
            await c.World.DestroyAsync(domain);
        }

        foreach (var (_, disk) in guests)
        {
            await EndStates.ExpectAsync(c, "XB-046", Blame.Back, disk, EndState.Closed);
        }

        await c.ExpectNothingHeldAsync("XB-046", "after three deaths");
        c.Expect("XB-046", c.World.Hypervisor.Zombies.Count == 0, "no zombies", $"{c.World.Hypervisor.Zombies.Count}");
    }

    /// <summary>A domain that comes to have the number of a dead back's inherits nothing of what that one could read.</summary>
    [Case("XS-060", "XS-061", "EV-002")]
    public static async Task DomainOfTheSameNumberInheritsNothing(PairContext c)
    {
        await c.UseDriverDomainAsync();
        await c.StartBackAsync();
        var front = await c.StartFrontAsync(EndStates.OneQueue);
        var disk = await c.AddDiskAsync();
        await EndStates.ExpectServesAsync(c, "XS-060", front, disk);
        var number = c.BackDomain.Id;
        await c.World.DestroyAsync(c.BackDomain);
        await c.SettleAsync();
        var heir = await c.CreateDomainAsync(new DomainOptions { Id = number });
        bool isRefused = false;
        try
        {
            await heir.Store.ReadAsync($"{disk.FrontNode}/state");
        }
        catch (StoreException)
        {
            isRefused = true;
        }

        PairContext.ExpectOf(Blame.Store, "XS-060", isRefused, "the front's directory closed to a new domain of the dead back's number", "it reads it");
        PairContext.ExpectOf(Blame.Store, "XS-061", await heir.Store.FindAsync($"{disk.BackNode}/state") is null, "nothing of the dead back's nodes", "they are there");
    }
}
