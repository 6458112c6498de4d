using System.Globalization;
using System.Text;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Grants;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Ports;
using Conformance.Reference.ToolStack;
using Conformance.Reference.World;

namespace Conformance.Suite.Block.Scripted;

/// <summary>
/// A back of which every step is the case's: what it publishes and when, when it maps and binds, what it answers and in
/// which order. It does nothing by itself except, once told to, serve requests as a simple back would.
/// </summary>
internal sealed class ScriptedBack
{
    private readonly List<ScriptedBackRing> rings = [];

    /// <summary>Makes one for a disk that the tool stack makes, or is to make.</summary>
    /// <param name="context">The case.</param>
    /// <param name="disk">The disk; null for <see cref="FrontContext.Disk"/>.</param>
    /// <param name="abi">The layout that the front is expected to use.</param>
    /// <param name="domain">Where the back runs; null for the control domain.</param>
    public ScriptedBack(FrontContext context, DeviceRequest? disk = null, BlkifAbi abi = BlkifAbiName.Native, WorldDomain? domain = null)
    {
        Case = context;
        Disk = disk ?? context.Disk();
        Abi = abi;
        Domain = domain ?? context.Control;
    }

    /// <summary>The case.</summary>
    public FrontContext Case { get; }

    /// <summary>The device.</summary>
    public DeviceRequest Disk { get; }

    /// <summary>The layout of ring entries.</summary>
    public BlkifAbi Abi { get; }

    /// <summary>Where the back runs.</summary>
    public IDomain Domain { get; }

    /// <summary>What requests read and write: 1 MiB.</summary>
    public byte[] Medium { get; } = new byte[1 << 20];

    /// <summary>The rings that are mapped now.</summary>
    public IReadOnlyList<ScriptedBackRing> Rings => rings;

    /// <summary>The only ring, or the first.</summary>
    public ScriptedBackRing Ring => rings[0];

    /// <summary>All requests that <see cref="Serve"/> took, in order.</summary>
    public List<ScriptedRequest> Served { get; } = [];

    /// <summary>Where the front publishes its failures (XB-040).</summary>
    public string ErrorNode => $"/local/domain/{Disk.Front}/error/device/{Disk.Type}/{Disk.Name}/error";

    private (string Name, string Value) Size => (BlockNodes.Sectors, (Medium.Length / Sector512.Size).ToString(CultureInfo.InvariantCulture));

    /// <summary>Writes into the exchange of the case.</summary>
    public void Note(string what) => Case.Note($"back {what}");

    /// <summary>Sets nodes of the back's directory, one after the other.</summary>
    public async ValueTask PublishAsync(params (string Name, string Value)[] nodes)
    {
        foreach (var (name, value) in nodes)
        {
            Note($"publishes {name} {value}");
            await Case.WriteAsync($"{Disk.BackNode}/{name}", value);
        }
    }

    /// <summary>Takes a node out of the back's directory.</summary>
    public ValueTask WithdrawAsync(string name) => Case.Store.RemoveAsync($"{Disk.BackNode}/{name}");

    /// <summary>Sets the back's state.</summary>
    public ValueTask SetStateAsync(XenbusState state) => PublishAsync(("state", ((int)state).ToString(CultureInfo.InvariantCulture)));

    /// <summary>Publishes what sizes a connection, and then InitWait.</summary>
    public async ValueTask OfferAsync(params (string Name, string Value)[] nodes)
    {
        await PublishAsync(nodes);
        await SetStateAsync(XenbusState.InitWait);
    }

    /// <summary>Waits for the front's part, maps and binds; fails the case for <paramref name="clause"/> when it does not come.</summary>
    public async ValueTask AcceptAsync(string clause = "XB-008")
    {
        await Case.ExpectStateAsync(clause, Disk.FrontNode, XenbusState.Initialised, XenbusState.Connected);
        await MapAsync();
    }

    /// <summary>As <see cref="AcceptAsync"/>, of a front that was Connected and begins anew.</summary>
    public async ValueTask AcceptAgainAsync(string clause)
    {
        await Case.ExpectStateAsync(clause, Disk.FrontNode, XenbusState.Initialised);
        await MapAsync();
    }

    /// <summary>
    /// Publishes the medium whole (NG-005), the size of <see cref="Medium"/> in sectors of 512 unless told otherwise, and
    /// then Connected.
    /// </summary>
    public async ValueTask PresentAsync(params (string Name, string Value)[] nodes)
    {
        foreach (var node in ((string Name, string Value)[])[Size, (BlockNodes.SectorSize, "512"), (BlockNodes.Info, "0")])
        {
            if (!nodes.Any(other => other.Name == node.Name) && await Case.ReadAsync($"{Disk.BackNode}/{node.Name}") is null)
            {
                await PublishAsync(node);
            }
        }

        await PublishAsync(nodes);
        await SetStateAsync(XenbusState.Connected);
    }

    /// <summary>Publishes the size alone, which a front may find strange but can use, and then Connected.</summary>
    public async ValueTask PresentSizeAloneAsync()
    {
        await PublishAsync(Size);
        await SetStateAsync(XenbusState.Connected);
    }

    /// <summary>Maps every ring page that the front published and binds its ports.</summary>
    public async ValueTask MapAsync()
    {
        int queues = (int)(await FindFrontNumberAsync(BlockNodes.MultiQueueNumQueues) ?? 1);
        for (int i = 0; i < queues; i++)
        {
            await MapQueueAsync(queues == 1 ? string.Empty : $"{BlockNodes.QueuePrefix}{i.ToString(CultureInfo.InvariantCulture)}/");
        }
    }

    /// <summary>Gives all rings back.</summary>
    public async ValueTask UnmapAsync()
    {
        foreach (var ring in rings)
        {
            await ring.CloseAsync();
        }

        rings.Clear();
    }

    /// <summary>Lets go of everything, is Closed, and has the tool stack take the device away.</summary>
    public async ValueTask RemoveAsync()
    {
        await UnmapAsync();
        await SetStateAsync(XenbusState.Closed);
        await Case.SettleAsync();
        await Case.Tools.ForceAsync(Disk);
        await Case.SettleAsync();
    }

    /// <summary>Takes, does and answers requests of all rings from now on.</summary>
    /// <param name="judge">What to answer without doing it; null from it to do it.</param>
    public void Serve(Func<ScriptedRequest, BlkifStatus?>? judge = null)
    {
        foreach (var ring in rings)
        {
            Domain.Fibers.Start("scripted service", () => ServeAsync(ring, judge));
        }
    }

    /// <summary>Moves the data of a request between the medium and the front's pages.</summary>
    /// <returns>Error when it is beyond the medium, or a page is not granted as the request needs it.</returns>
    public async ValueTask<BlkifStatus> PerformAsync(ScriptedRequest request)
    {
        if (!request.Sector.IsInside(request.Count, SectorCount512.FromBytes(Medium.Length)))
        {
            return BlkifStatus.Error;
        }

        int at = (int)request.Sector.Value * Sector512.Size;
        foreach (var segment in request.Segments)
        {
            var data = Medium.AsMemory(at, segment.Length);
            var status = request.IsRead
                ? await Domain.Grants.CopyToAsync(Disk.Front, segment.Grant, segment.Offset, data)
                : await Domain.Grants.CopyFromAsync(Disk.Front, segment.Grant, segment.Offset, data);
            if (status != GrantStatus.Okay)
            {
                Note($"is refused grant {segment.Grant} of request {request.Id}: {status}");
                return BlkifStatus.Error;
            }

            at += segment.Length;
        }

        if (request.Operation == BlkifOperation.Discard)
        {
            Medium.AsSpan(at, (int)request.Count.Value * Sector512.Size).Clear();
        }

        return BlkifStatus.Ok;
    }

    /// <summary>The text of a node of the front's directory; null when there is none.</summary>
    public ValueTask<string?> ReadFrontAsync(string name) => Case.ReadAsync($"{Disk.FrontNode}/{name}");

    /// <summary>The number in a node of the front's directory; null when there is none; fails the case for NG-001 when it is no number.</summary>
    public async ValueTask<uint?> FindFrontNumberAsync(string name)
    {
        if (await Case.Store.FindAsync($"{Disk.FrontNode}/{name}") is not { } bytes)
        {
            return null;
        }

        string text = Encoding.ASCII.GetString(bytes);
        bool isNumber = uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number)
            && text == number.ToString(CultureInfo.InvariantCulture);
        Case.Expect("NG-001", isNumber, $"a decimal number in {name}", $"'{text}'");
        return number;
    }

    /// <summary>The front's state as it stands in the store.</summary>
    public async ValueTask<XenbusState> ReadFrontStateAsync() => (XenbusState)(await FindFrontNumberAsync("state") ?? 0);

    /// <summary>Fails the case unless the front is in a state once everybody rests.</summary>
    public async ValueTask ExpectFrontRestsAsync(string clause, XenbusState state)
    {
        await Case.SettleAsync();
        var found = await ReadFrontStateAsync();
        Case.Expect(clause, found == state, $"the front to stay {state}", $"{found}; its error node says '{await Case.ReadAsync(ErrorNode)}'");
    }

    /// <summary>Fails the case unless the front published a failure that begins with a cause (XB-040, XB-063).</summary>
    public async ValueTask ExpectErrorAsync(string clause, Errno? cause = null)
    {
        string? text = await Case.ReadAsync(ErrorNode);
        string number = text?.Split(' ')[0] ?? string.Empty;
        bool isError = int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int error) && error != 0 && text!.Length > number.Length + 1;
        Case.Expect(clause, isError && (cause is null || error == (int)cause), $"{ErrorNode} to say {(cause is null ? "a cause" : $"cause {(int)cause}")} and why", text is null ? "no such node" : $"'{text}'");
    }

    private async ValueTask MapQueueAsync(string prefix)
    {
        var names = await Case.Store.ListAsync($"{Disk.FrontNode}/{prefix}".TrimEnd('/'));
        string[] references =
        [
            .. names.Where(name => name.StartsWith(BlockNodes.RingRef, StringComparison.Ordinal))
                .OrderBy(name => name.Length).ThenBy(name => name, StringComparer.Ordinal),
        ];
        Case.Expect("NG-004", references.Length > 0, "ring references before the state says so", $"none in {Disk.FrontNode}/{prefix}");
        var pages = new List<IMappedPage>();
        foreach (string name in references)
        {
            var mapping = await Domain.Grants.MapAsync(Disk.Front, new GrantRef((await FindFrontNumberAsync(prefix + name))!.Value), GrantAccess.ReadWrite);
            Case.Expect("BF-002", mapping.Status == GrantStatus.Okay, $"{prefix}{name} to be granted for reading and writing", $"{mapping.Status}");
            pages.Add(mapping.Page!);
        }

        uint? port = await FindFrontNumberAsync(prefix + BlockNodes.EventChannel);
        Case.Expect("NG-004", port is not null, "a port before the state says so", $"no {prefix}{BlockNodes.EventChannel}");
        var bound = await Domain.Events.BindInterdomainAsync(Disk.Front, new PortNumber(port.Value));
        Case.Expect("BF-002", bound.Error == Errno.None, "a port that the back may bind", $"{bound.Error}");
        uint first = await pages[0].LoadAsync(Model.Protocol.Rings.SharedRing.ResponseProducer);
        rings.Add(new ScriptedBackRing(this, pages, bound.Channel!) { Consumed = first, Produced = first });
    }

    private async ValueTask ServeAsync(ScriptedBackRing ring, Func<ScriptedRequest, BlkifStatus?>? judge)
    {
        while (await ring.TryTakeAsync(null) is { } request)
        {
            Served.Add(request);
            var status = judge?.Invoke(request) ?? await PerformAsync(request);
            if (!ring.IsClosed)
            {
                await ring.AnswerAsync(request, status);
            }
        }
    }
}
