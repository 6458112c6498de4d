using Conformance.Model.Protocol.Grants;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Platform.Cases.Grants;

/// <summary>How mappings end, and what their entries say then.</summary>
public static class UnmapCases
{
    private const GrantMapFlags Reading = GrantMapFlags.Host | GrantMapFlags.ReadOnly;
    private const GrantMapFlags Both = GrantMapFlags.Host | GrantMapFlags.Device;

    /// <summary>Each in-use bit goes with the last mapping that needs it, in whatever order mappings end.</summary>
    [Case("GT-028", "GT-026", Guards = "Z-080, Z-091")]
    public static Task InUseBitsGoWithTheLastMappingOfTheirKind(PlatformContext c)
    {
        foreach (var version in Enum.GetValues<GrantVersion>())
        {
            for (int round = 0; round < 20; round++)
            {
                var scene = new GrantScene(c, version);
                var reference = scene.Grant(8, scene.Page(1));
                var maps = new List<GrantMap>();
                for (int i = 0; i < 6; i++)
                {
                    maps.Add(scene.ExpectMapped("GT-028", reference, c.Random.Next(2) == 0 ? Reading : GrantMapFlags.Host));
                }

                while (maps.Count > 0)
                {
                    int next = c.Random.Next(maps.Count);
                    scene.ExpectUnmapped("GT-028", maps[next]);
                    maps.RemoveAt(next);
                    int expected = maps.Count == 0 ? 0 : maps.Exists(map => map.Flags == GrantMapFlags.Host) ? 0x18 : 8;
                    c.Expect("GT-028", scene.InUse(reference) == expected, $"in-use bits {expected:x} with {maps.Count} mappings left in version {version}", $"{scene.InUse(reference):x}");
                }
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>When the bits are gone the mapper can no longer reach the page.</summary>
    [Case("GT-028", Guards = "Z-093")]
    public static Task MapperHasLostThePageWhenTheBitsAreGone(PlatformContext c)
    {
        var scene = new GrantScene(c);
        var page = scene.Page(1);
        var reference = scene.Grant(8, page);
        var map = scene.ExpectMapped("GT-028", reference);
        c.Expect("GT-028", page.Pins == 1, "one user of the page while it is mapped", $"{page.Pins}");
        scene.ExpectUnmapped("GT-028", map);
        c.Expect("GT-028", scene.InUse(reference) == 0 && page.Pins == 0, "nobody who uses the page after unmapping", $"{page.Pins}");
        bool isReached = true;
        try
        {
            map.Address.Peek(0);
        }
        catch (PageAccessException)
        {
            isReached = false;
        }

        c.Expect("GT-028", !isReached, "no access through the address after unmapping", "one");
        return Task.CompletedTask;
    }

    /// <summary>A handle that is unknown, used up or another domain's is bad_handle, and nothing changes.</summary>
    [Case("GT-029", "GT-024", Guards = "Z-237")]
    public static Task WrongHandlesChangeNothing(PlatformContext c)
    {
        var scene = new GrantScene(c);
        var other = scene.Hypervisor.Create();
        var reference = scene.Grant(8, scene.Page(7));
        var gone = scene.ExpectMapped("GT-029", reference);
        scene.ExpectUnmapped("GT-029", gone);
        var live = scene.ExpectMapped("GT-029", scene.Grant(9, scene.Page(8)));
        var second = scene.ExpectMapped("GT-029", live.Reference);
        scene.ExpectUnmapped("GT-029", second);
        foreach (var (by, handle, what) in (ReadOnlySpan<(Domain, GrantHandle, string)>)[
            (scene.User, second.Handle, "used up"), (scene.User, new GrantHandle(12345), "unknown"), (scene.User, GrantHandle.Invalid, "invalid"),
            (other, live.Handle, "another domain's"), (scene.Owner, live.Handle, "the granter's peer's")])
        {
            var status = by.Grants.Unmap(handle, live.Address!);
            c.Expect("GT-029", (short)status == -4, $"-4 for a handle that is {what}", $"{(short)status}");
            c.Expect("GT-029", live.Address.Peek(0) == 8 && scene.InUse(live.Reference) == 0x18 && scene.User.Grants.MappingCount == 1, $"the one mapping as it was after an unmap by a handle that is {what}", "another");
        }

        scene.ExpectUnmapped("GT-029", live);
        c.Expect("GT-029", scene.InUse(live.Reference) == 0 && scene.User.Grants.MappingCount == 0, "nothing mapped at the end", $"{scene.User.Grants.MappingCount}");
        return Task.CompletedTask;
    }

    /// <summary>Processor and device parts end one by one, in either order; the handle lives until both are gone.</summary>
    [Case("GT-030", "GT-028", Guards = "Z-081")]
    public static Task PartsOfAMappingEndOneByOne(PlatformContext c)
    {
        foreach (bool hostFirst in (bool[])[true, false])
        {
            foreach (var access in (GrantMapFlags[])[Both, Both | GrantMapFlags.ReadOnly])
            {
                var scene = new GrantScene(c);
                int marks = access == Both ? 0x18 : 8;
                var reference = scene.Grant(8, scene.Page(6));
                var map = scene.ExpectMapped("GT-030", reference, access);
                c.Expect("GT-030", map.BusAddress != 0 && map.Address.Peek(0) == 6, "an address for devices and one for processors", $"{map.BusAddress:x}");
                ExpectPart(c, scene, map, dropHost: false, dropDevice: false, GrantStatus.Okay);
                c.Expect("GT-030", map.Address.Peek(0) == 6 && scene.InUse(reference) == marks, "all as it was after an unmap that names neither part", $"{scene.InUse(reference):x}");
                ExpectPart(c, scene, map, hostFirst, !hostFirst, GrantStatus.Okay);
                c.Expect("GT-030", map.Address!.IsPresent == !hostFirst, hostFirst ? "the processors' part gone" : "the processors' part kept", map.Address.IsPresent ? "there" : "gone");
                c.Expect("GT-030", scene.InUse(reference) == marks, $"in-use bits {marks:x} while one part is left", $"{scene.InUse(reference):x}");
                ExpectPart(c, scene, map, !hostFirst, hostFirst, GrantStatus.Okay);
                c.Expect("GT-030", !map.Address.IsPresent && scene.InUse(reference) == 0, "nothing left after the second part", $"{scene.InUse(reference):x}");
                ExpectPart(c, scene, map, dropHost: true, dropDevice: true, GrantStatus.BadHandle);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Both parts at once end the mapping; addresses that are not its own end nothing.</summary>
    [Case("GT-030", Guards = "Z-081")]
    public static Task WrongAddressesEndNoMapping(PlatformContext c)
    {
        var scene = new GrantScene(c);
        var reference = scene.Grant(8, scene.Page(6));
        var map = scene.ExpectMapped("GT-030", reference, Both);
        var elsewhere = scene.ExpectMapped("GT-030", scene.Grant(9, scene.Page(7)));
        foreach (var (address, bus) in (ReadOnlySpan<(MappedPage?, ulong)>)[(null, map.BusAddress + 4096), (elsewhere.Address, 0ul), (scene.User.Mappings.TryReserve(), 0ul)])
        {
            GrantUnmap[] undo = [new GrantUnmap(map.Handle, address, bus)];
            scene.User.Grants.Unmap(undo);
            c.Expect("GT-030", (short)undo[0].Status < 0, "a negative status for an unmap with a wrong address", undo[0].Status.ToString());
            c.Expect("GT-030", map.Address.Peek(0) == 6 && elsewhere.Address.Peek(0) == 7 && scene.InUse(reference) == 0x18, "both mappings as they were", "one that changed");
        }

        ExpectPart(c, scene, map, dropHost: true, dropDevice: true, GrantStatus.Okay);
        c.Expect("GT-030", scene.InUse(reference) == 0 && !map.Address!.IsPresent && elsewhere.Address.Peek(0) == 7, "the one mapping gone and the other left", $"{scene.InUse(reference):x}");
        return Task.CompletedTask;
    }

    private static void ExpectPart(PlatformContext c, GrantScene scene, GrantMap map, bool dropHost, bool dropDevice, GrantStatus expected)
    {
        GrantUnmap[] undo = [new GrantUnmap(map.Handle, dropHost ? map.Address : null, dropDevice ? map.BusAddress : 0)];
        scene.User.Grants.Unmap(undo);
        string what = $"{expected} for an unmap of {(dropHost ? "the processors' part" : "")}{(dropHost && dropDevice ? " and " : "")}{(dropDevice ? "the devices' part" : "")}";
        c.Expect("GT-030", undo[0].Status == expected, what, undo[0].Status.ToString());
    }
}
