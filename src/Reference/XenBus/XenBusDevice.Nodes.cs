using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Reference.XenBus;

/// <content>The own directory and where it leads.</content>
public sealed partial class XenBusDevice
{
    /// <summary>Whether the directory was this device's when it was last looked at.</summary>
    private bool IsOurs => !IsGone && !_isReplaced;

    /// <summary>
    /// Writes the own state, unless it is that already or the directory is gone: test and write are one transaction
    /// (XB-005, XB-006).
    /// </summary>
    /// <returns>False when nothing was written: the directory is gone and the device about to be detached, or the tool stack has asked it to close meanwhile (XB-030).</returns>
    public async ValueTask<bool> SwitchStateAsync(XenbusState state)
    {
        if (IsOurs && state == State)
        {
            return true;
        }

        bool isToldToClose = false;
        bool isOurs = await InOwnDirectoryAsync(async (text, transaction) =>
        {
            isToldToClose = IsToldToClose(text, state);
            if (!isToldToClose)
            {
                await Domain.Store.WriteTextAsync($"{Node}/state", $"{(int)state}", transaction);
            }
        });
        if (isToldToClose)
        {
            // Whoever asked must not be overwritten; what the request means is for the change to its node.
            LookAtOwnNodes();
        }

        if (!isOurs || isToldToClose)
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
    public ValueTask<bool> UpdateAsync(Func<StoreTransaction, ValueTask> write) =>
        InOwnDirectoryAsync((_, transaction) => write(transaction));

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

        TakeState(text);
        return true;
    }

    /// <summary>Garbage in the own node is somebody else's doing; the state is what this end made it (XB-031).</summary>
    private void TakeState(ReadOnlySpan<byte> text) => State = XenbusStates.TryParse(text, out var state) ? state : State;

    /// <summary>
    /// Whose the directory is, by its state node. Initialising is written by the tool stack alone, so where this end did
    /// not leave it there, the device was taken away and another of its name was made.
    /// </summary>
    private DirectoryOwner OwnerBy(byte[]? state) =>
        state is null ? DirectoryOwner.Nobody
        : XenbusStates.TryParse(state, out var found) && found == XenbusState.Initialising && State != XenbusState.Initialising ? DirectoryOwner.Another
        : DirectoryOwner.Self;

    /// <summary>Whether the tool stack wants the device closed, which another state must not overwrite (XB-030).</summary>
    private bool IsToldToClose(ReadOnlySpan<byte> text, XenbusState next) => State != XenbusState.Closing
        && XenbusStates.TryParse(text, out var found) && found == XenbusState.Closing
        && next is not (XenbusState.Closing or XenbusState.Closed);

    /// <summary>Writes in one transaction with a look whose the directory is; the look finds the value of the state node.</summary>
    /// <returns>False when nothing was written: it is not this device's any more.</returns>
    private async ValueTask<bool> InOwnDirectoryAsync(Func<byte[], StoreTransaction, ValueTask> write)
    {
        if (!IsOurs)
        {
            return false;
        }

        var found = await Domain.Store.InTransactionAsync(async transaction =>
        {
            var state = await Domain.Store.FindAsync($"{Node}/state", transaction);
            var owner = OwnerBy(state);
            if (owner == DirectoryOwner.Self)
            {
                await write(state!, transaction);
            }

            return owner;
        });
        Note(found);
        return found == DirectoryOwner.Self;
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
