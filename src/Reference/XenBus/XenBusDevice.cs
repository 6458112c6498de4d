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

    /// <summary>The peer's state now; <see cref="XenbusState.Unknown"/> when there is none, the last one when it is no state (XB-048).</summary>
    /// <exception cref="DeviceFailure">The peer keeps its state from this end; once the device has failed, that is Unknown too (XB-042).</exception>
    public async ValueTask<XenbusState> ReadPeerStateAsync()
    {
        byte[]? text = null;
        try
        {
            text = await Domain.Store.FindAsync($"{PeerNode}/state");
        }
        catch (StoreException refusal) when (refusal.Error == XsError.EACCES)
        {
            // Below a home that is not this domain's to read, only readers are told whether a node is there (XS-058): a peer is
            // gone when its directory, which the tool stack opened to this end, answers no more. If it does, the peer shut its state.
            if (Failure is null && await IsPeerDirectoryOpenAsync())
            {
                throw new DeviceFailure(Errno.EACCES, $"expected a state at {PeerNode}/state that this end may read, got a refusal");
            }
        }

        PeerState = text is null ? XenbusState.Unknown : XenbusStates.TryParse(text, out var state) ? state : PeerState;
        return PeerState;
    }

    private async ValueTask<bool> IsPeerDirectoryOpenAsync()
    {
        try
        {
            await Domain.Store.ListAsync(PeerNode);
            return true;
        }
        catch (StoreException refusal) when (refusal.Error is XsError.EACCES or XsError.ENOENT)
        {
            return false;
        }
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

    /// <summary>Publishes that something went wrong without closing, as when a close is refused (XB-023). Never fails itself (XB-042).</summary>
    public async ValueTask ReportAsync(DeviceFailure failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        if (IsGone)
        {
            return;
        }

        string text = string.Create(CultureInfo.InvariantCulture, $"{(int)failure.Error} {failure.Message}");
        try
        {
            await Domain.Store.WriteAsync(ErrorNode.Of(Node), Encoding.UTF8.GetBytes(text));
        }
        catch (Exception exception) when (exception is StoreException or StoreClosedException)
        {
            // What reports a failure must not fail because of it (XB-042).
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Node;
}
