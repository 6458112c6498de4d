using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Platform.Cases.Grants;

/// <summary>What the death, the suspension and the move of a domain mean for grants.</summary>
public static class LifeCases
{
    /// <summary>The pages of a dead domain stay readable until the last mapping is gone, and until then it is not reclaimed.</summary>
    [Case("GT-032", Guards = "Z-091")]
    public static Task DeadOwnersPagesStayUntilUnmapped(PlatformContext c)
    {
        foreach (var version in Enum.GetValues<GrantVersion>())
        {
            var scene = new GuestScene(c, version);
            var (reference, page) = scene.Grant();
            page.Store(0, 0xDEAD);
            var (unmapped, _) = scene.Grant();
            GrantMap[] maps = [scene.Map(reference), scene.Map(reference)];
            scene.Hypervisor.Destroy(scene.Guest);
            c.Expect("GT-032", scene.Hypervisor.Find(scene.Guest.Id) is null, "the domain gone", "there");
            c.Expect("GT-032", maps[0].Address.Peek(0) == 0xDEAD && maps[1].Address.Peek(0) == 0xDEAD, "its page readable where it is mapped", "not");
            c.Expect("GT-032", !scene.CanMap(reference) && !scene.CanMap(unmapped), "no new mapping of a dead domain's page", "one");
            foreach (var map in maps)
            {
                c.Expect("GT-032", scene.Guest.IsZombie && scene.Hypervisor.Zombies.Contains(scene.Guest), "a zombie while a page of it is mapped", "reclaimed");
                c.Expect("GT-032", map.Address.Peek(0) == 0xDEAD, "its page readable until unmapped", "not");
                scene.Unmap(map);
            }

            c.Expect("GT-032", !scene.Guest.IsZombie && scene.Hypervisor.Zombies.Count == 0, "the domain reclaimed after the last unmap", "a zombie");
            c.Expect("GT-032", scene.Hypervisor.Create(scene.Guest.Id).Id == scene.Guest.Id, "its number free", "taken");
        }

        return Task.CompletedTask;
    }

    /// <summary>The death of a domain undoes all its mappings, of whatever kind; the granters may revoke and reuse at once.</summary>
    [Case("GT-033", "GT-028", Guards = "Z-091")]
    public static Task DeadMappersMappingsAreReleased(PlatformContext c)
    {
        foreach (var version in Enum.GetValues<GrantVersion>())
        {
            var scene = new GrantScene(c, version);
            GrantMapFlags[] kinds = [GrantMapFlags.Host, GrantMapFlags.Host | GrantMapFlags.ReadOnly, GrantMapFlags.Device, GrantMapFlags.Host | GrantMapFlags.Device];
            for (uint i = 0; i < 12; i++)
            {
                var reference = scene.Grant(8 + i, scene.Page(i));
                for (uint n = 0; n <= i % 3; n++)
                {
                    scene.ExpectMapped("GT-033", reference, kinds[(i + n) % 4]);
                }
            }

            var bystander = scene.Hypervisor.Create();
            var shared = scene.Grant(30, scene.Page(30), to: bystander);
            var kept = scene.Map(shared, by: bystander);
            scene.Hypervisor.Destroy(scene.User);
            for (uint i = 0; i < 12; i++)
            {
                c.Expect("GT-033", scene.InUse(new GrantRef(8 + i)) == 0, $"entry {8 + i} out of use after the death of the mapper", $"{scene.InUse(new GrantRef(8 + i)):x}");
            }

            c.Expect("GT-033", scene.InUse(shared) == 0x18 && kept.Address.Peek(0) == 30, "another domain's mapping as it was", "gone");
            c.Expect("GT-033", scene.User.Grants.MappingCount == 0, "no mapping of a dead domain", $"{scene.User.Grants.MappingCount}");
        }

        return Task.CompletedTask;
    }

    /// <summary>After a move nothing that was granted before can be mapped, and the table is empty until the guest has set it up as it was.</summary>
    [Case("GT-060")]
    public static Task RestoredGuestSetsItsTableUpAgain(PlatformContext c)
    {
        foreach (var version in Enum.GetValues<GrantVersion>())
        {
            var scene = new GuestScene(c, version, grantFrames: 4);
            var granted = Enumerable.Range(0, 600).Select(_ => scene.Grant()).ToList();
            granted[590].Page.Store(0, 0x1111);
            var old = scene.Map(granted[590].Reference);
            scene.Hypervisor.Shutdown(scene.Guest, ShutdownReason.Suspend);
            scene.Hypervisor.Restore(scene.Guest);
            c.Expect("GT-060", scene.Guest.GrantTable.Version == GrantVersion.One && !scene.Guest.GrantTable.IsInUse, "a new table of version 1 that nobody uses", $"{scene.Guest.GrantTable.Version}");
            c.Expect("GT-060", !scene.CanMap(granted[590].Reference) && !scene.CanMap(granted[0].Reference), "no map by a reference of before the move", "one");
            scene.Table.Reestablish();
            scene.Guest.Grants.GetVersion(DomainId.Self, out var now);
            c.Expect("GT-060", now == version && scene.Guest.GrantTable.EntryCount == scene.Table.EntryCount, $"version {version} with {scene.Table.EntryCount} entries", $"{now} with {scene.Guest.GrantTable.EntryCount}");
            c.Expect("GT-060", !scene.CanMap(granted[590].Reference), "an empty table after it was set up again", "an old grant");
            granted[590].Page.Store(0, 0x2222);
            c.Expect("GT-060", old.Address.Peek(0) == 0x1111, "what was mapped before the move to be the memory left behind", $"{old.Address.Peek(0):x}");
            scene.Table.Publish(granted[590].Reference, scene.Peer.Id, granted[590].Page.Frame, readOnly: false);
            c.Expect("GT-060", scene.Map(granted[590].Reference).Address.Peek(0) == 0x2222, "the page by a reference granted anew", "another");
        }

        return Task.CompletedTask;
    }

    /// <summary>What a domain had mapped itself is gone after its move, and the granter's marks with it.</summary>
    [Case("GT-060", "GT-033")]
    public static Task RestoredMapperHasNothingMapped(PlatformContext c)
    {
        var scene = new GrantScene(c);
        var reference = scene.Grant(8, scene.Page(1));
        var map = scene.ExpectMapped("GT-060", reference);
        scene.Hypervisor.Shutdown(scene.User, ShutdownReason.Suspend);
        scene.Hypervisor.Restore(scene.User);
        c.Expect("GT-060", !map.Address!.IsPresent && scene.InUse(reference) == 0, "nothing mapped after the move of the mapper", $"{scene.InUse(reference):x}");
        var stale = scene.User.Grants.Unmap(map.Handle, map.Address);
        c.Expect("GT-060", stale == GrantStatus.BadHandle, "the old handle void", stale.ToString());
        scene.ExpectMapped("GT-060", reference);
        return Task.CompletedTask;
    }

    /// <summary>After a suspension that was cancelled, grants, mappings and marks are as they were.</summary>
    [Case("GT-061")]
    public static Task CancelledSuspendChangesNothing(PlatformContext c)
    {
        foreach (var version in Enum.GetValues<GrantVersion>())
        {
            var scene = new GuestScene(c, version);
            var (mapped, page) = scene.Grant();
            var (idle, _) = scene.Grant();
            page.Store(0, 0xCA11);
            var map = scene.Map(mapped);
            int free = scene.Table.FreeCount;
            scene.Hypervisor.Shutdown(scene.Guest, ShutdownReason.Suspend);
            scene.Hypervisor.Resume(scene.Guest);
            c.Expect("GT-061", scene.Guest.GrantTable.Version == version && scene.Table.IsInUse(mapped) && scene.Table.FreeCount == free, "the table as it was", "another");
            map.Address!.Store(0, 0xCA12);
            c.Expect("GT-061", page.Load(0) == 0xCA12, "the mapping of before to lead to the page", "not");
            c.Expect("GT-061", scene.CanMap(idle), "a grant of before to be mapped", "not");
            scene.Unmap(map);
            c.Expect("GT-061", scene.Table.TryRevoke(mapped) && scene.Table.TryRevoke(idle), "both grants to end", "not");
        }

        return Task.CompletedTask;
    }
}
