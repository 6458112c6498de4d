using System.Globalization;
using System.Text;
using Conformance.Reference.Block;
using Conformance.Reference.ToolStack;
using Conformance.Reference.World;

namespace Conformance.Exploration.Scenarios;

/// <summary>What front and back of a run share, for people: read off the store and the hypervisor, without a step.</summary>
internal static class SharedState
{
    /// <param name="machine">Guest and domain of the back.</param>
    /// <param name="disks">Whose states are told.</param>
    /// <param name="before">What both held before there was a disk.</param>
    internal static IReadOnlyList<KeyValuePair<string, string>> Of(BlockMachine machine, IReadOnlyList<DeviceRequest> disks, (Holdings Guest, Holdings Back) before)
    {
        var (guest, back) = (Holdings.Count(machine.Guest), Holdings.Count(machine.BackDomain));
        return
        [
            .. disks.SelectMany(disk => StatesOf(machine.World, disk, disks.Count == 1 ? "" : $" {disk.Name}")),
            Pair("grants", guest.Grants - before.Guest.Grants),
            Pair("mapped", back.Mappings - before.Back.Mappings),
            Pair("ports", guest.Ports - before.Guest.Ports, back.Ports - before.Back.Ports),
        ];
    }

    private static IEnumerable<KeyValuePair<string, string>> StatesOf(XenWorld world, DeviceRequest disk, string which)
    {
        yield return new($"front{which}", State(disk.FrontNode));
        yield return new($"back{which}", State(disk.BackNode));

        string State(string node) => world.Store.Engine.Peek($"{node}/state") is { } text ? Encoding.Latin1.GetString(text) : "-";
    }

    private static KeyValuePair<string, string> Pair(string name, params ReadOnlySpan<int> counts)
    {
        var text = new StringBuilder();
        foreach (int count in counts)
        {
            text.Append(text.Length == 0 ? "" : "+").Append(count.ToString(CultureInfo.InvariantCulture));
        }

        return new(name, text.ToString());
    }
}
