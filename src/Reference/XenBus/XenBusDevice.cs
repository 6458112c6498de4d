using System.Globalization;
using System.Text;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenBus;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Ports;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Reference.XenBus;

/// <summary>
/// One end of one device, as its driver sees it: where its nodes are, who its peer is, and the services that every
/// driver needs.
/// </summary>
public sealed partial class XenBusDevice
{
    private readonly DeviceBus _bus;
    private readonly IBusFlavour _flavour;
    private bool _isReporting;
    private bool _isAskedToClose;

    internal XenBusDevice(DeviceBus bus, IBusFlavour flavour, string node, string type)
    {
        _bus = bus;
        _flavour = flavour;
        Node = node;
        Type = type;
        Name = node[(node.LastIndexOf('/') + 1)..];
        _work = Domain.Fibers.CreateSignal($"work for {node}");
    }

    /// <summary>The domain of this end.</summary>
    public IDomain Domain => _bus.Domain;

    /// <summary>The absolute path of the own directory, such as <c>/local/domain/1/device/vbd/51712</c>.</summary>
    public string Node { get; }

    /// <summary>The type, such as <c>vbd</c>.</summary>
    public string Type { get; }

    /// <summary>The device's name below its type: the virtual device number of a block device.</summary>
    public string Name { get; }

    /// <summary>The absolute path of the peer's directory.</summary>
    public string PeerNode { get; private set; } = string.Empty;

    /// <summary>The peer's domain.</summary>
    public DomainId Peer { get; private set; }

    /// <summary>The own state as last written or found.</summary>
    public XenbusState State { get; private set; }

    /// <summary>The peer's state as last seen.</summary>
    public XenbusState PeerState { get; private set; }

    /// <summary>Whether the own directory is gone; nothing is written to it any more (XB-007).</summary>
    public bool IsGone { get; private set; }

    /// <summary>Why it failed; null if it did not.</summary>
    public DeviceFailure? Failure { get; private set; }

    /// <summary>What an operator can see of it.</summary>
    public DeviceInfo Info => new(Node, Type, State, Peer, PeerNode, PeerState, Instance is not null, Failure?.Message);

    /// <summary>
    /// Writes the own state, unless it is that already or the directory is gone: test and write are one transaction
    /// (XB-005, XB-006).
    /// </summary>
    /// <returns>False when the directory is gone; the device is about to be detached then.</returns>
    public async ValueTask<bool> SwitchStateAsync(XenbusState state)
    {
        if (IsGone)
        {
            return false;
        }

        if (state != State)
        {
            if (!await Domain.Store.InTransactionAsync(transaction => WriteStateAsync(state, transaction)))
            {
                Vanish();
                return false;
            }

            if (_isAskedToClose)
            {
                LookAtOwnNodes();
                return true;
            }

            State = state;
            ReleaseBootIfSettled();
        }

        return true;
    }

    /// <summary>The peer's state now; <see cref="XenbusState.Unknown"/> when there is none, the last one when it is no state (XB-048).</summary>
    public async ValueTask<XenbusState> ReadPeerStateAsync()
    {
        var text = await Domain.Store.FindAsync($"{PeerNode}/state");
        PeerState = text is null ? XenbusState.Unknown : TryParseState(text, out var state) ? state : PeerState;
        return PeerState;
    }

    /// <summary>Has <see cref="IDeviceInstance.PeerChangedAsync"/> called again soon with the latest state; from any fiber.</summary>
    public void LookAgain()
    {
        _isPeerChanged = true;
        _work.Set();
    }

    /// <summary>Publishes a failure and closes (XB-040); from any fiber of the domain. Never fails itself (XB-042).</summary>
    public async ValueTask FailAsync(DeviceFailure failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        await ReportAsync(failure);
        Failure ??= failure;
        _isFailed = true;
        _work.Set();
    }

    /// <summary>Publishes that something went wrong without closing, as when a close is refused (XB-023).</summary>
    public async ValueTask ReportAsync(DeviceFailure failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        if (_isReporting || IsGone)
        {
            return;
        }

        _isReporting = true;
        string text = string.Create(CultureInfo.InvariantCulture, $"{(int)failure.Error} {failure.Message}");
        string relative = Node[(_bus.Home.Length + 1)..];
        await TryWriteAsync($"{_bus.Home}/error/{relative}/error", text);
        _isReporting = false;
    }

    /// <summary>Writes a node of the own directory, if that still exists; failures of the store are nobody's concern.</summary>
    public async ValueTask TryWriteAsync(string path, string value)
    {
        try
        {
            await Domain.Store.WriteAsync(path, Encoding.UTF8.GetBytes(value));
        }
        catch (StoreException)
        {
            // What reports a failure must not fail because of it (XB-042).
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Node;

    /// <summary>Reads where the peer is; false when the tool stack has not said it.</summary>
    internal async ValueTask<bool> FindPeerAsync()
    {
        var (nodeName, domainName) = _flavour.PeerNames;
        var node = await Domain.Store.ReadOptionalAsync($"{Node}/{nodeName}");
        var domain = await Domain.Store.FindAsync($"{Node}/{domainName}");
        if (string.IsNullOrEmpty(node) || domain is null || !DomainId.TryParse(domain, out var peer))
        {
            return false;
        }

        PeerNode = node;
        Peer = peer;
        return true;
    }

    /// <summary>Reads the own state as it stands in the store; false when the directory is gone.</summary>
    internal async ValueTask<bool> FindStateAsync()
    {
        var text = await Domain.Store.FindAsync($"{Node}/state");
        if (text is null)
        {
            return false;
        }

        // Garbage in the own node is somebody else's doing; the state is what this end made it (XB-031).
        State = TryParseState(text, out var state) ? state : State;
        return true;
    }

    private static bool TryParseState(ReadOnlySpan<byte> text, out XenbusState state)
    {
        bool isState = XsNumber.TryParse(text, (ulong)XenbusState.Reconfigured, out ulong number);
        state = (XenbusState)number;
        return isState;
    }

    private async ValueTask<bool> WriteStateAsync(XenbusState state, StoreTransaction transaction)
    {
        if (await Domain.Store.FindAsync($"{Node}/state", transaction) is not { } text)
        {
            return false;
        }

        // The wish of the tool stack to close may have come since this end looked last: it must not be lost (XB-030).
        _isAskedToClose = State != XenbusState.Closing
            && state is not (XenbusState.Closing or XenbusState.Closed)
            && TryParseState(text, out var present) && present == XenbusState.Closing;
        if (_isAskedToClose)
        {
            return true;
        }

        await Domain.Store.WriteTextAsync($"{Node}/state", $"{(int)state}", transaction);
        return true;
    }

    private void Vanish()
    {
        IsGone = true;
        _work.Set();
    }
}
