using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenBus;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Reference.XenBus;

/// <content>The own directory and where it leads.</content>
public sealed partial class XenBusDevice
{
    /// <summary>
    /// Writes the own state, unless it is that already or the directory is gone: test and write are one transaction
    /// (XB-005, XB-006).
    /// </summary>
    /// <returns>False when nothing was written: the directory is gone and the device about to be detached, or the tool stack has asked it to close meanwhile (XB-030).</returns>
    public async ValueTask<bool> SwitchStateAsync(XenbusState state)
    {
        if (IsGone || _isReplaced)
        {
            return false;
        }

        if (state == State)
        {
            return true;
        }

        var (found, isToldToClose) = await Domain.Store.InTransactionAsync(transaction => WriteStateAsync(state, transaction));
        Note(found);
        if (isToldToClose)
        {
            // Whoever asked must not be overwritten; what the request means is for the change to its node.
            LookAtOwnNodes();
        }

        if (found != DirectoryOwner.Self || isToldToClose)
        {
            return false;
        }

        State = state;
        ReleaseBootIfSettled();
        return true;
    }

    /// <summary>
    /// Writes several nodes of the own directory in one transaction, unless the directory is gone or another device's by
    /// now: nothing is made again, and nobody else's nodes are touched (XB-005 to XB-007).
    /// </summary>
    /// <returns>False when nothing was written; the device is about to be detached then.</returns>
    public async ValueTask<bool> UpdateAsync(Func<StoreTransaction, ValueTask> write)
    {
        if (IsGone || _isReplaced)
        {
            return false;
        }

        var found = await Domain.Store.InTransactionAsync(async transaction =>
        {
            var state = await Domain.Store.FindAsync($"{Node}/state", transaction);
            var owner = OwnerBy(state);
            if (owner == DirectoryOwner.Self)
            {
                await write(transaction);
            }

            return owner;
        });
        Note(found);
        return found == DirectoryOwner.Self;
    }

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

    /// <summary>
    /// Whose the directory is, by its state node. Initialising is written by the tool stack alone, so where this end did
    /// not leave it there, the device was taken away and another of its name was made.
    /// </summary>
    private DirectoryOwner OwnerBy(byte[]? state) =>
        state is null ? DirectoryOwner.Nobody
        : TryParseState(state, out var found) && found == XenbusState.Initialising && State != XenbusState.Initialising ? DirectoryOwner.Another
        : DirectoryOwner.Self;

    private async ValueTask<(DirectoryOwner Owner, bool IsToldToClose)> WriteStateAsync(XenbusState state, StoreTransaction transaction)
    {
        var text = await Domain.Store.FindAsync($"{Node}/state", transaction);
        var owner = OwnerBy(text);
        bool isToldToClose = owner == DirectoryOwner.Self && State != XenbusState.Closing
            && TryParseState(text, out var found) && found == XenbusState.Closing
            && state is not (XenbusState.Closing or XenbusState.Closed);
        if (owner == DirectoryOwner.Self && !isToldToClose)
        {
            await Domain.Store.WriteTextAsync($"{Node}/state", $"{(int)state}", transaction);
        }

        return (owner, isToldToClose);
    }

    private void Note(DirectoryOwner found)
    {
        if (found != DirectoryOwner.Self)
        {
            IsGone |= found == DirectoryOwner.Nobody;
            _isReplaced |= found == DirectoryOwner.Another;
            _work.Set();
        }
    }

    private enum DirectoryOwner
    {
        Self,
        Nobody,
        Another,
    }
}
