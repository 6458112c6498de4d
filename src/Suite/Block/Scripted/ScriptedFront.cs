using System.Text;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Ports;
using Conformance.Reference.ToolStack;
using Conformance.Reference.World;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Suite.Block.Scripted;

/// <summary>
/// A front without a will of its own: every node, page, grant, entry, index and state is what the case says. It keeps a
/// list of what it granted, so that a case can ask whether the back let go of all of it.
/// </summary>
public sealed class ScriptedFront
{
    private readonly BackContext c;
    private readonly List<GrantRef> grantedData = [];
    private readonly List<GrantRef> grantedRings = [];
    private readonly List<ScriptedRing> rings = [];
    private ulong lastId = 0x1122_3344_0000_0000;

    /// <summary>Makes a front that has not done anything.</summary>
    /// <param name="context">The case's.</param>
    /// <param name="disk">The device, made already.</param>
    /// <param name="plan">What to publish; null for one page, native, nothing special.</param>
    /// <param name="guest">Its domain; null for the guest of the case.</param>
    public ScriptedFront(BackContext context, DeviceRequest disk, FrontPlan? plan = null, WorldDomain? guest = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(disk);
        c = context;
        Disk = disk;
        Plan = plan ?? new FrontPlan();
        Guest = guest ?? context.Guest;
    }

    /// <summary>The device.</summary>
    public DeviceRequest Disk { get; }

    /// <summary>What is made and published; a case may change it between two connections.</summary>
    public FrontPlan Plan { get; set; }

    /// <summary>The domain.</summary>
    public WorldDomain Guest { get; }

    /// <summary>The rings of the present generation.</summary>
    public IReadOnlyList<ScriptedRing> Rings => rings;

    /// <summary>The first of them.</summary>
    public ScriptedRing Ring => rings[0];

    /// <summary>The layout of entries.</summary>
    public BlkifAbi Abi => Plan.Abi;

    /// <summary>An id that was not used before, with bits in both halves.</summary>
    public ulong NextId() => lastId += 0x0000_0001_0000_0001;

    /// <summary>Starts a back, makes a disk with its medium and connects a front to it.</summary>
    /// <param name="context">The case's.</param>
    /// <param name="plan">What the front makes and publishes.</param>
    /// <param name="settings">What the back offers.</param>
    /// <param name="disk">The disk; null for the usual one.</param>
    public static async ValueTask<ScriptedFront> ConnectedAsync(BackContext context, FrontPlan? plan = null, BackSettings? settings = null, DeviceRequest? disk = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        await context.StartBackAsync(settings);
        var front = new ScriptedFront(context, await context.AddDiskAsync(disk), plan);
        await front.ConnectAsync();
        return front;
    }

    /// <summary>Writes a node of the own directory.</summary>
    public ValueTask WriteAsync(string name, string value) => Guest.Store.WriteAsync($"{Disk.FrontNode}/{name}", Encoding.UTF8.GetBytes(value));

    /// <summary>Removes a node of the own directory, if it is there.</summary>
    public async ValueTask RemoveAsync(string name)
    {
        if (await Guest.Store.ReadOptionalAsync($"{Disk.FrontNode}/{name}") is not null)
        {
            await Guest.Store.RemoveAsync($"{Disk.FrontNode}/{name}");
        }
    }

    /// <summary>Sets the own state.</summary>
    public ValueTask SetStateAsync(XenbusState state) => WriteAsync("state", $"{(int)state}");

    /// <summary>A node of the back's directory as the front sees it.</summary>
    public ValueTask<string?> ReadBackAsync(string name) => Guest.Store.ReadOptionalAsync($"{Disk.BackNode}/{name}");

    /// <summary>Waits for a state of the back; fails the case for the clause when it never comes.</summary>
    public async ValueTask ExpectBackAsync(string clause, params XenbusState[] states)
    {
        bool isReached = await c.Tools.WaitForStateAsync($"{Disk.BackNode}/state", states.Contains, TimeSpan.FromMinutes(5));
        string came = isReached ? string.Empty : $"{await c.ReadAsync($"{Disk.BackNode}/state") ?? "no state"}, error '{await ReadErrorAsync()}'";
        c.Expect(clause, isReached, $"{Disk.BackNode} to reach {string.Join(" or ", states)}", came);
    }

    /// <summary>Makes the rings of a new generation.</summary>
    public async ValueTask MakeRingsAsync()
    {
        rings.Clear();
        for (int i = 0; i < Plan.Queues; i++)
        {
            var ring = await ScriptedRing.CreateAsync(Guest, Disk.Back, Plan);
            rings.Add(ring);
            grantedRings.AddRange(ring.References);
        }
    }

    /// <summary>Writes the nodes of the plan for the rings that were made.</summary>
    public async ValueTask PublishAsync()
    {
        var nodes = new Dictionary<string, string?> { [BlockNodes.Protocol] = Abi.NodeValue() };
        if (Plan.Names != RingNames.Single)
        {
            bool isSeed = Plan.Names == RingNames.Seed;
            nodes[isSeed ? BlockNodes.RingPages : BlockNodes.RingPageOrder] = $"{(isSeed ? Plan.Pages : int.Log2(Plan.Pages))}";
        }

        if (Plan.Queues > 1)
        {
            nodes[BlockNodes.MultiQueueNumQueues] = $"{Plan.Queues}";
        }

        for (int i = 0; i < rings.Count; i++)
        {
            string prefix = Plan.Queues > 1 ? $"{BlockNodes.QueuePrefix}{i}/" : string.Empty;
            for (int page = 0; page < Plan.Pages; page++)
            {
                string number = Plan.Names == RingNames.Ordered || (Plan.Names == RingNames.Seed && page > 0) ? $"{page}" : string.Empty;
                nodes[$"{prefix}{BlockNodes.RingRef}{number}"] = $"{rings[i].References[page]}";
            }

            nodes[$"{prefix}{BlockNodes.EventChannel}"] = $"{rings[i].Channel.Port}";
        }

        foreach (var (name, value) in Plan.Nodes)
        {
            nodes[name] = value;
        }

        foreach (var (name, value) in nodes)
        {
            await (value is null ? RemoveAsync(name) : WriteAsync(name, value));
        }
    }

    /// <summary>Waits for InitWait, makes rings, publishes them, and says Initialised.</summary>
    public async ValueTask OfferAsync()
    {
        await ExpectBackAsync("XB-009", XenbusState.InitWait);
        await MakeRingsAsync();
        await PublishAsync();
        await SetStateAsync(XenbusState.Initialised);
    }

    /// <summary>The whole way to a connection.</summary>
    public async ValueTask ConnectAsync()
    {
        await OfferAsync();
        await ExpectBackAsync("XB-009", XenbusState.Connected);
        await SetStateAsync(XenbusState.Connected);
    }

    /// <summary>Closes: Closing, Closed, and waits until the back is Closed too.</summary>
    public async ValueTask CloseAsync(string clause = "XB-019")
    {
        await SetStateAsync(XenbusState.Closing);
        await SetStateAsync(XenbusState.Closed);
        await ExpectBackAsync(clause, XenbusState.Closed);
    }

    /// <summary>Begins anew after a close.</summary>
    public async ValueTask ReconnectAsync()
    {
        await SetStateAsync(XenbusState.Initialising);
        await ConnectAsync();
    }

    /// <summary>The text of the back's error node; null when there is none (XB-040).</summary>
    public ValueTask<string?> ReadErrorAsync() =>
        c.ReadAsync($"/local/domain/{Disk.Back}/error/backend/{Disk.Type}/{Disk.Front}/{Disk.Name}/error");

    /// <summary>
    /// Fails the case for the clause unless the back gives the device up: it closes, has an error node with a cause, and
    /// uses no grant any more.
    /// </summary>
    public async ValueTask ExpectGivenUpAsync(string clause, string why)
    {
        bool isClosed = await c.Tools.WaitForStateAsync($"{Disk.BackNode}/state", state => state == XenbusState.Closed, TimeSpan.FromMinutes(5));
        c.Expect(clause, isClosed, $"the back to close because of {why}", $"state {await c.ReadAsync($"{Disk.BackNode}/state")}");
        string error = await ReadErrorAsync() ?? string.Empty;
        int digits = error.IndexOf(' ', StringComparison.Ordinal);
        bool hasCause = digits > 0 && int.TryParse(error.AsSpan(0, digits), out int number) && number > 0;
        c.Expect("XB-040", hasCause, $"an error node with the number of a cause and a text, because of {why}", $"'{error}'");
        await ExpectLetGoAsync(clause, $"after the back closed because of {why}");
    }

    /// <summary>Allocates a page and grants it to the back.</summary>
    public async ValueTask<FrontPage> GrantAsync(GrantAccess access = GrantAccess.ReadWrite)
    {
        var page = (await Guest.Memory.AllocateAsync())!;
        var reference = await Guest.Grants.GrantAsync(Disk.Back, page, access);
        grantedData.Add(reference);
        return new FrontPage(page, reference);
    }

    /// <summary>Several pages.</summary>
    public async ValueTask<FrontPage[]> GrantManyAsync(int count)
    {
        var pages = new FrontPage[count];
        for (int i = 0; i < count; i++)
        {
            pages[i] = await GrantAsync();
        }

        return pages;
    }

    /// <summary>Ends the grant of a page; false while the back has it mapped.</summary>
    public async ValueTask<bool> TryRevokeAsync(FrontPage page)
    {
        ArgumentNullException.ThrowIfNull(page);
        bool isRevoked = await Guest.Grants.TryRevokeAsync(page.Reference);
        if (isRevoked)
        {
            grantedData.Remove(page.Reference);
        }

        return isRevoked;
    }

    /// <summary>Fails the case for the clause unless every data grant of the front can be ended now.</summary>
    public async ValueTask ExpectDataLetGoAsync(string clause, string when)
    {
        foreach (var reference in grantedData)
        {
            c.Expect(clause, await Guest.Grants.TryRevokeAsync(reference), $"no data grant of the front in use {when}", $"reference {reference} in use");
        }

        grantedData.Clear();
    }

    /// <summary>Fails the case for the clause unless every grant of the front, ring or data, of any generation, can be ended now.</summary>
    public async ValueTask ExpectLetGoAsync(string clause, string when)
    {
        await ExpectDataLetGoAsync(clause, when);
        foreach (var reference in grantedRings)
        {
            c.Expect(clause, await Guest.Grants.TryRevokeAsync(reference), $"no ring page of the front in use {when}", $"reference {reference} in use");
        }

        grantedRings.Clear();
    }

    /// <summary>Puts one request, publishes it and takes its response; fails the case when none comes or it is another's.</summary>
    public async ValueTask<RingResponse> AskAsync(byte[] entries, ScriptedRing? ring = null)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ring ??= Ring;
        await ring.PutAsync(entries);
        await ring.PublishAsync();
        var response = await ring.TakeAsync(entries.Length / ring.EntrySize);
        c.Expect("RG-025", response is not null, $"a response to request {Convert.ToHexString(entries.AsSpan(0, 24))}…", "none in half an hour in which nothing else could happen");
        ulong id = BitConverter.ToUInt64(entries, BlkifLayout.Of(Abi).RequestId);
        c.Expect("BI-014", response.Id == id, $"the response to id {id:x}", $"{response}");
        return response;
    }

    /// <summary>Asks for a transfer.</summary>
    public ValueTask<RingResponse> AskAsync(BlkifOperation operation, ulong sector, params BlkifSegment[] segments) =>
        AskAsync(RequestBytes.Direct(Abi, operation, NextId(), sector, segments));

    /// <summary>Fails the case for the clause unless a good write and read are done, with the right data.</summary>
    public async ValueTask ExpectServedAsync(string clause, string when, ulong sector = 64, ScriptedRing? ring = null)
    {
        var (written, read) = (await GrantAsync(), await GrantAsync());
        var bytes = new byte[BlkifLimits.FrameSize];
        c.Random.NextBytes(bytes);
        await written.FillAsync(bytes);
        var response = await AskAsync(RequestBytes.Direct(Abi, BlkifOperation.Write, NextId(), sector, written.Segment()), ring);
        c.Expect(clause, response.Status == BlkifStatus.Ok, $"a good write to be done {when}", $"{response}");
        response = await AskAsync(RequestBytes.Direct(Abi, BlkifOperation.Read, NextId(), sector, read.Segment()), ring);
        c.Expect(clause, response.Status == BlkifStatus.Ok, $"a good read to be done {when}", $"{response}");
        var found = await read.ReadAsync();
        c.Expect(clause, bytes.AsSpan().SequenceEqual(found), $"what was written before to be read {when}", "other data");
    }
}
