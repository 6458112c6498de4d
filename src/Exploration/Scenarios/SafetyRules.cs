using System.Globalization;
using Conformance.Exploration.Engine;
using Conformance.Model.Protocol.XenBus;

namespace Conformance.Exploration.Scenarios;

/// <summary>
/// What holds of a pair in every state, by a look at what the hypervisor has. The machine itself sees to S1 and S2: a touch of a
/// page that is not mapped and a page freed in use end the run with an exception. S5 is seen at the end: a directory that was
/// written again after its removal is there.
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

        int mapped = back.Grants.MappingCount - world.Before.Back.Mappings;
        return mapped > 0 && IsAllClosed(world) ? Broken("S4", "a back that says Closed to have nothing mapped", mapped) : null;
    }

    private static bool IsAllClosed(PairWorld world)
    {
        var devices = world.Machine.BackBus.Devices;
        foreach (var device in devices)
        {
            if (device.State != XenbusState.Closed)
            {
                return false;
            }
        }

        return devices.Count > 0;
    }

    private static Breach Broken(string rule, string expected, int came) =>
        new(rule, string.Create(CultureInfo.InvariantCulture, $"expected {expected}, got {came}"));
}
