using System.Globalization;
using Conformance.Exploration.Engine;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Events;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.ToolStack;

namespace Conformance.Exploration.Scenarios;

/// <summary>
/// What holds of a pair in every state, by a look at what the hypervisor and the store have, whoever the back's driver is by now.
/// The machine itself sees to S1: a touch of a page that is not mapped ends the run with an exception.
/// S3 is seen where it is used: a second answer to a request fails the front's ring, and a user without one hangs. S5 is seen at the
/// end: a directory that was written again after its removal is there.
/// </summary>
internal static class SafetyRules
{
    internal static Breach? Find(PairWorld world)
    {
        int ports = world.Disks.Count * world.QueueCount;
        var (guest, back) = (world.Machine.Guest.Machine, world.Machine.BackDomain.Machine);
        if (guest.Events.Count > world.Before.Guest.Ports + ports)
        {
            return Broken("S6", $"at most {ports} ports of the front", guest.Events.Count - world.Before.Guest.Ports);
        }

        if (back.Events.Count > world.Before.Back.Ports + ports)
        {
            return Broken("S6", $"at most {ports} ports of the back", back.Events.Count - world.Before.Back.Ports);
        }

        if (guest.Memory.FreedInUse > 0)
        {
            return Broken("S2", "no page of the front that is freed while in use", guest.Memory.FreedInUse);
        }

        if (back.IsDestroyed && FindPortBoundToNobody(guest) is { } port)
        {
            return new Breach("EV-007", $"expected no port of the front to be bound to a domain that is dead, got port {port}");
        }

        int mapped = back.Grants.MappingCount - world.Before.Back.Mappings;
        return mapped > 0 ? FindClosedThatMaps(world, mapped) : null;
    }

    /// <summary>S4: a disk whose back says Closed has no ring mapped, and where all say so, nothing at all is.</summary>
    private static Breach? FindClosedThatMaps(PairWorld world, int mapped)
    {
        bool areAllClosed = true;
        foreach (var disk in world.Disks)
        {
            if (!XenbusStates.TryParse(world.World.Store.Engine.Peek($"{disk.BackNode}/state"), out var state) || state != XenbusState.Closed)
            {
                areAllClosed = false;
            }
            else if (IsRingInUse(world, disk))
            {
                return new Breach("S4", $"expected a back that says Closed to have no ring mapped, got that of disk {disk.Name}");
            }
        }

        return areAllClosed ? Broken("S4", "a back that says Closed to have nothing mapped", mapped) : null;
    }

    /// <summary>Whether the page that a front published is mapped, whether or not its front ended the grant. Of a ring of several pages the rule for all disks alone tells.</summary>
    private static bool IsRingInUse(PairWorld world, DeviceRequest disk) =>
        GrantRef.TryParse(world.World.Store.Engine.Peek($"{disk.FrontNode}/{BlockNodes.RingRef}"), out var page)
        && world.Machine.Guest.Machine.GrantTable.IsPinned(page);

    private static uint? FindPortBoundToNobody(Domain guest)
    {
        int left = guest.Events.Count;
        for (uint number = 1; left > 0; number++)
        {
            if (guest.Events.Find(number) is { } port)
            {
                left--;
                if (port is { State: PortState.Interdomain, Peer: null })
                {
                    return number;
                }
            }
        }

        return null;
    }

    private static Breach Broken(string rule, string expected, int came) =>
        new(rule, string.Create(CultureInfo.InvariantCulture, $"expected {expected}, got {came}"));
}
