using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Reference.XenBus;

/// <content>How a connection that failed, and the device itself, come to an end: whatever happens, everything is released.</content>
public sealed partial class XenBusDevice
{
    private async ValueTask CloseFailedAsync()
    {
        bool isAttach = _isAttachingAgain || State is not (XenbusState.Connected or XenbusState.Closing or XenbusState.Closed);
        _isAttachingAgain = false;
        if (Failure is not null && isAttach)
        {
            await _flavour.PublishFailedAttachAsync(this, Failure);
        }

        ReleaseBoot();
        if (State != XenbusState.Closed)
        {
            await TrySwitchStateAsync(XenbusState.Closing);
        }

        await CloseAsync(isPeerGone: false);
    }

    /// <summary>Says a state on the way out, where a store that refuses must not keep anything from being released (XB-042).</summary>
    private async ValueTask TrySwitchStateAsync(XenbusState state)
    {
        try
        {
            await SwitchStateAsync(state);
        }
        catch (Exception exception) when (exception is StoreException or StoreClosedException)
        {
            // There is nobody left to tell.
        }
    }

    private async ValueTask EndAsync()
    {
        if (Instance is not null)
        {
            await UnwatchAsync(_peerWatch);
            await UnwatchAsync(_stateWatch);
            await UnwatchAsync(_policyWatch);
            if (!IsGone && !_isReplaced && State != XenbusState.Closed)
            {
                // Before anything is taken back that the peer may be about to use.
                await TrySwitchStateAsync(XenbusState.Closing);
            }

            await GuardAsync(() => Instance.DisconnectAsync(isPeerGone: IsGone || _isReplaced));
            await TrySwitchStateAsync(XenbusState.Closed);

            await Instance.DetachAsync();
            Instance = null;
        }

        _hasEnded = true;
        while (_requests.TryDequeue(out var request))
        {
            await request();
        }

        _bus.Forget(this, lookAgain: _isReplaced);
    }
}
