using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Platform.Cases.Grants;

/// <summary>What can be mapped, what cannot, and what a mapping does to its entry.</summary>
public static class MapCases
{
    private const GrantMapFlags Reading = GrantMapFlags.Host | GrantMapFlags.ReadOnly;

    /// <summary>A map for neither processors nor devices is bad_gntref, and leaves no mark.</summary>
    [Case("GT-020", "GT-024")]
    public static Task MapForNobodyIsBadReference(PlatformContext c)
    {
        var scene = new GrantScene(c);
        var reference = scene.Grant(8, scene.Page(1));
        foreach (var flags in (GrantMapFlags[])[GrantMapFlags.None, GrantMapFlags.ReadOnly, GrantMapFlags.Application])
        {
            var map = scene.Map(reference, flags);
            c.Expect("GT-020", (short)map.Status == -3, $"-3 for a map with {flags}", $"{(short)map.Status}");
            c.Expect("GT-023", scene.InUse(reference) == 0, "no in-use bit after a map that failed", $"{scene.InUse(reference):x}");
        }

        scene.ExpectMapped("GT-020", reference);
        return Task.CompletedTask;
    }

    /// <summary>Unknown domain, reference at the end of the table, and a full track of mappings each have their status.</summary>
    [Case("GT-021", "GT-024")]
    public static Task MapErrorsHaveTheirStatus(PlatformContext c)
    {
        var scene = new GrantScene(c, user: new DomainOptions { MapHandles = 2 });
        var reference = scene.Grant(8, scene.Page(1));
        var stranger = new GrantMap(new DomainId(999), reference, GrantMapFlags.Host, scene.User.Mappings.TryReserve());
        scene.User.Grants.Map(ref stranger);
        ExpectStatus(c, "a domain that does not exist", stranger.Status, -2);
        ExpectStatus(c, "the first reference after the table", scene.Map(new GrantRef(512)).Status, -3);
        ExpectStatus(c, "the last reference of the table, which grants nothing", scene.Map(new GrantRef(511)).Status, -1);
        var first = scene.ExpectMapped("GT-021", reference);
        scene.ExpectMapped("GT-021", reference);
        ExpectStatus(c, "one mapping more than can be tracked", scene.Map(reference).Status, -13);
        scene.ExpectUnmapped("GT-021", first);
        scene.ExpectMapped("GT-021", reference);
        return Task.CompletedTask;
    }

    /// <summary>Of all flags and domains an entry can have, exactly those that permit the use can be mapped, in both versions.</summary>
    [Case("GT-022", "GT-023", "GT-024", Guards = "Z-083")]
    public static Task OnlyWholePagesGrantedToTheCallerAreMapped(PlatformContext c)
    {
        foreach (var version in Enum.GetValues<GrantVersion>())
        {
            var scene = new GrantScene(c, version);
            var page = scene.Page(42);
            var reference = new GrantRef(8);
            ushort[] domains = [scene.User.Id.Value, scene.Owner.Id.Value, 0, 0x7FF0, 0xFFFF];
            for (ushort bits = 0; bits < 0x200; bits++)
            {
                // Bits 3 and 4 are the hypervisor's; an entry that is not in use has neither.
                ushort flags = (ushort)(bits & ~0x18);
                foreach (ushort domain in domains)
                {
                    foreach (var access in (GrantMapFlags[])[GrantMapFlags.Host, Reading])
                    {
                        scene.WriteEntry(8, flags, domain, page.Frame);
                        bool isAllowed = (flags & 3) == 1 && (flags & 0x100) == 0 && domain == scene.User.Id.Value
                            && ((flags & 4) == 0 || access == Reading);
                        ExpectOutcome(c, scene, reference, access, isAllowed, $"flags {flags:x} for domain {domain} in version {version}");
                    }
                }
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>A writable map beside a mapping for reading, of an entry that is for reading, leaves the marks of that one alone.</summary>
    [Case("GT-023")]
    public static Task RefusedWritableMapLeavesTheReaderAlone(PlatformContext c)
    {
        foreach (var version in Enum.GetValues<GrantVersion>())
        {
            var scene = new GrantScene(c, version);
            var reference = scene.Grant(8, scene.Page(5), readOnly: true);
            var reader = scene.ExpectMapped("GT-023", reference, Reading);
            var writer = scene.Map(reference);
            c.Expect("GT-023", (short)writer.Status == -1, "general_error for a writable map of an entry for reading", writer.Status.ToString());
            c.Expect("GT-023", scene.InUse(reference) == 8, "reading alone in use", $"{scene.InUse(reference):x}");
            c.Expect("GT-023", reader.Address.Peek(0) == 5, "the reader's mapping as it was", "another page");
            scene.ExpectUnmapped("GT-023", reader);
            c.Expect("GT-023", scene.InUse(reference) == 0, "no in-use bit at the end", $"{scene.InUse(reference):x}");
        }

        return Task.CompletedTask;
    }

    /// <summary>One bad reference in a batch, wherever it stands, spoils none of the others.</summary>
    [Case("GT-025", "GT-024", Guards = "Z-118, Z-149, Z-252")]
    public static Task OneBadReferenceSpoilsNoOther(PlatformContext c)
    {
        for (int bad = 0; bad < 5; bad++)
        {
            var scene = new GrantScene(c);
            var batch = new GrantMap[5];
            for (int i = 0; i < batch.Length; i++)
            {
                var reference = i == bad ? new GrantRef(0x00FF_FFFF) : scene.Grant((uint)(8 + i), scene.Page((uint)i));
                batch[i] = new GrantMap(scene.Owner.Id, reference, GrantMapFlags.Host, scene.User.Mappings.TryReserve());
            }

            scene.User.Grants.Map(batch);
            for (int i = 0; i < batch.Length; i++)
            {
                bool isGood = i == bad ? (short)batch[i].Status < 0 : batch[i].Status == GrantStatus.Okay && batch[i].Address.Peek(0) == i;
                c.Expect("GT-025", isGood, $"entry {i} of a batch in which {bad} is bad to have its own result", batch[i].Status.ToString());
            }

            var undo = Array.ConvertAll(batch, map => new GrantUnmap(map.Handle, map.Address));
            scene.User.Grants.Unmap(undo);
            for (int i = 0; i < undo.Length; i++)
            {
                c.Expect("GT-025", undo[i].Status == (i == bad ? GrantStatus.BadHandle : GrantStatus.Okay), $"unmap {i} of a batch in which {bad} is bad to have its own result", undo[i].Status.ToString());
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>A mapping for reading marks reading, one for writing both; the page is the granted one and no other.</summary>
    [Case("GT-026")]
    public static Task MappingMarksItsEntry(PlatformContext c)
    {
        foreach (var version in Enum.GetValues<GrantVersion>())
        {
            foreach (var (access, marks) in (ReadOnlySpan<(GrantMapFlags, int)>)[(Reading, 8), (GrantMapFlags.Host, 0x18), (GrantMapFlags.Device | GrantMapFlags.ReadOnly, 8), (GrantMapFlags.Device, 0x18)])
            {
                var scene = new GrantScene(c, version);
                var reference = scene.Grant(8, scene.Page(9));
                scene.ExpectMapped("GT-026", reference, access);
                c.Expect("GT-026", scene.InUse(reference) == marks, $"in-use bits {marks:x} for {access} in version {version}", $"{scene.InUse(reference):x}");
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>A page mapped for reading takes no store; one mapped for writing is the owner's own page.</summary>
    [Case("GT-022")]
    public static Task ReadOnlyMappingTakesNoStore(PlatformContext c)
    {
        var scene = new GrantScene(c);
        var page = scene.Page(1);
        var reference = scene.Grant(8, page);
        var reader = scene.ExpectMapped("GT-022", reference, Reading);
        c.Expect("GT-022", !TryStore(reader.Address!, 2) && page.Load(0) == 1, "no store through a mapping for reading", "one");
        var writer = scene.ExpectMapped("GT-022", reference);
        c.Expect("GT-022", TryStore(writer.Address!, 3) && page.Load(0) == 3 && reader.Address.Peek(0) == 3, "a store through a mapping for writing to reach the page", "none");
        return Task.CompletedTask;
    }

    /// <summary>Every mapping has a handle of its own, two of one reference too, and each must be undone.</summary>
    [Case("GT-027", "GT-028", Guards = "Z-087")]
    public static Task EveryMappingHasItsOwnHandle(PlatformContext c)
    {
        var scene = new GrantScene(c);
        var reference = scene.Grant(8, scene.Page(1));
        var other = scene.Grant(9, scene.Page(2));
        GrantMap[] maps = [.. Enumerable.Range(0, 20).Select(i => scene.ExpectMapped("GT-027", i % 3 == 0 ? other : reference))];
        c.Expect("GT-027", maps.Select(map => map.Handle).Distinct().Count() == maps.Length, "20 handles for 20 mappings", "one twice");
        for (int i = 0; i < maps.Length; i++)
        {
            c.Expect("GT-027", scene.InUse(maps[i].Reference) != 0, $"the entry to be in use while mapping {i} is left", "free");
            scene.ExpectUnmapped("GT-027", maps[i]);
            var later = maps.Skip(i + 1).ToList();
            c.Expect("GT-027", later.TrueForAll(map => map.Address.Peek(0) == (map.Reference == other ? 2u : 1u)), "all other mappings as they were", "one that is gone");
        }

        c.Expect("GT-027", scene.InUse(reference) == 0 && scene.InUse(other) == 0, "both entries free after the last", "one in use");
        return Task.CompletedTask;
    }

    /// <summary>What is granted is used alike whether the owner's table is of version 1 or 2.</summary>
    [Case("GT-052")]
    public static Task UserCannotTellTheVersion(PlatformContext c)
    {
        var one = Tell(new GrantScene(c));
        var two = Tell(new GrantScene(c, GrantVersion.Two));
        c.Expect("GT-052", one == two, one, two);
        return Task.CompletedTask;
    }

    private static string Tell(GrantScene scene)
    {
        var page = scene.Page(0x77);
        var good = scene.Grant(8, page);
        var forReading = scene.Grant(9, page, readOnly: true);
        var bytes = new byte[4];
        var map = scene.Map(good);
        return string.Join(' ',
            map.Status, map.Address.Peek(0), scene.Map(forReading).Status, scene.Map(forReading, Reading).Status, scene.Map(new GrantRef(10)).Status,
            scene.User.Grants.CopyOut(scene.Owner.Id, good, 0, bytes), Convert.ToHexString(bytes),
            scene.User.Grants.CopyIn(scene.Owner.Id, forReading, 0, bytes), scene.User.Grants.Unmap(map.Handle, map.Address!), scene.User.Grants.Unmap(map.Handle, map.Address!));
    }

    private static void ExpectOutcome(PlatformContext c, GrantScene scene, GrantRef reference, GrantMapFlags access, bool isAllowed, string what)
    {
        ushort before = scene.Flags(reference);
        var address = scene.User.Mappings.TryReserve();
        var map = new GrantMap(scene.Owner.Id, reference, access, address);
        scene.User.Grants.Map(ref map);
        if (isAllowed)
        {
            c.Expect("GT-022", map.Status == GrantStatus.Okay && address.Peek(0) == 42, $"a map with {access} of {what} to work", map.Status.ToString());
            scene.ExpectUnmapped("GT-022", map);
        }
        else
        {
            c.Expect("GT-022", (short)map.Status == -1, $"general_error for a map with {access} of {what}", map.Status.ToString());
        }

        c.Expect("GT-023", scene.Flags(reference) == before && scene.InUse(reference) == 0, $"no mark left behind by a map of {what}", $"{scene.Flags(reference):x}");
        scene.User.Mappings.Release(address!);
    }

    private static bool TryStore(MappedPage page, uint value)
    {
        try
        {
            page.Store(0, value);
            return true;
        }
        catch (PageAccessException)
        {
            return false;
        }
    }

    private static void ExpectStatus(PlatformContext c, string what, GrantStatus came, short expected)
    {
        c.Expect("GT-024", (short)came < 0, $"a negative status for {what}", $"{(short)came}");
        c.Expect("GT-021", (short)came == expected, $"{expected} for {what}", $"{(short)came}");
    }
}
