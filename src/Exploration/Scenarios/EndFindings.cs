using System.Globalization;
using Conformance.Exploration.Engine;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.ToolStack;
using Conformance.Reference.World;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Exploration.Scenarios;

/// <summary>What is there of one disk when a run has come to rest, compared with what must be.</summary>
internal sealed class EndFindings(PairWorld world, IStoreClient store, DeviceRequest disk, string rule)
{
    internal Breach Broken(string expected, string came) => new(rule, $"expected {expected}, got {came} (disk {disk.Name})");

    internal async ValueTask<(string? Front, string? Back)> StatesAsync() =>
        (await store.ReadOptionalAsync($"{disk.FrontNode}/state"), await store.ReadOptionalAsync($"{disk.BackNode}/state"));

    internal async ValueTask<string> DescribeStatesAsync()
    {
        var (front, back) = await StatesAsync();
        string? error = await ErrorAsync(disk.FrontNode) ?? await ErrorAsync(disk.BackNode);
        return $"front {front ?? "gone"} and back {back ?? "gone"}{(error is null ? string.Empty : $" with error '{error}'")}";
    }

    internal async ValueTask<Breach?> ExpectStatesAsync(string front, string back) =>
        await StatesAsync() == (front, back) ? null : Broken($"front {front} and back {back}", await DescribeStatesAsync());

    internal async ValueTask<Breach?> ExpectNodeAsync(string directory, string name, string value)
    {
        string? came = await store.ReadOptionalAsync($"{directory}/{name}");
        return came == value ? null : Broken($"{name} {value}", came ?? "none");
    }

    internal async ValueTask<Breach?> ExpectGoneAsync(string directory) =>
        await store.FindAsync(directory) is null ? null : Broken($"no {directory}", "it is there");

    internal ValueTask<string?> ErrorAsync(string directory) => store.ReadOptionalAsync(ErrorNode.Of(directory));

    internal async ValueTask<Breach?> ExpectNoErrorAsync() =>
        (await ErrorAsync(disk.FrontNode) ?? await ErrorAsync(disk.BackNode)) is { } error ? Broken("no error", $"'{error}'") : null;

    /// <summary>Both hold so many ring pages and ports for all disks, and nothing else.</summary>
    internal Breach? ExpectHeld(int pages, int ports)
    {
        var (front, back) = (Holdings.Of(world.Machine.Guest), Holdings.Of(world.Machine.BackDomain));
        var (frontBefore, backBefore) = world.Before;
        if (front.Grants - frontBefore.Grants != pages || front.Ports - frontBefore.Ports != ports || front.Deferred != frontBefore.Deferred)
        {
            return Broken($"a front with {pages} grants and {ports} ports", $"{front.Beyond(frontBefore)}");
        }

        // A front may keep pages for later uses as long as its device is there.
        return back.Mappings - backBefore.Mappings != pages || back.Ports - backBefore.Ports != ports
            ? Broken($"a back with {pages} mappings and {ports} ports", $"{back.Beyond(backBefore)}")
            : null;
    }

    /// <summary>Both hold the same for their connection: a grant that the back has not mapped, or a port that it has not bound, is left over.</summary>
    internal Breach? ExpectOnlySharedHeld()
    {
        var back = Holdings.Of(world.Machine.BackDomain);
        return ExpectHeld(back.Mappings - world.Before.Back.Mappings, back.Ports - world.Before.Back.Ports);
    }

    /// <summary>No page is held for a device that is gone; one that the other end still maps would be among them.</summary>
    internal Breach? ExpectNoMemory()
    {
        int front = world.Machine.Guest.Machine.Memory.Count - world.Before.Guest.Pages;
        int back = world.Machine.BackDomain.Machine.Memory.Count - world.Before.Back.Pages;
        return front > 0 || back > 0
            ? Broken("no page held for a device that is gone", string.Create(CultureInfo.InvariantCulture, $"{front} of the front, {back} of the back"))
            : null;
    }

    internal Breach? ExpectBackHoldsNothing()
    {
        var back = Holdings.Of(world.Machine.BackDomain);
        return back.Mappings > world.Before.Back.Mappings || back.Ports > world.Before.Back.Ports
            ? Broken("a back that holds nothing", $"{back.Beyond(world.Before.Back)}")
            : null;
    }

    internal Breach? ExpectFrontHoldsNothing()
    {
        var front = Holdings.Of(world.Machine.Guest);
        return front.Grants > world.Before.Guest.Grants || front.Ports > world.Before.Guest.Ports
            ? Broken("a front that holds nothing", $"{front.Beyond(world.Before.Guest)}")
            : null;
    }

    internal Breach? ExpectNobodyWatches()
    {
        foreach (var (client, path) in world.World.Store.Engine.Watches)
        {
            if (path.StartsWith(disk.FrontNode, StringComparison.Ordinal) || path.StartsWith(disk.BackNode, StringComparison.Ordinal))
            {
                return Broken("no watch for a device that is gone", $"{client} watches {path}");
            }
        }

        return null;
    }
}
