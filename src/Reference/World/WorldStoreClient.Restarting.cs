using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Fibers;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Reference.World;

/// <content>What a client does when the store begins anew beneath it.</content>
public sealed partial class WorldStoreClient
{
    /// <summary>Transactions that the store forgot and whose users do not know it yet.</summary>
    private readonly HashSet<StoreTransaction> _lost = [];
    private Fiber? _reconnecting;
    private bool _keepsOut;

    /// <summary>Whether the store serves it, and it lives.</summary>
    internal bool IsConnected => _connection.IsServed && _connection.Transport == this && !_fibers.Group.IsDead;

    /// <summary>
    /// The connection begins anew (XS-024, XS-025): watches, transactions and what was about to come are gone. Whoever is
    /// in a transaction hears EAGAIN, as of a conflict, and begins it again. Part of the store's step.
    /// </summary>
    internal void LoseConnection()
    {
        _store.Reset(_connection);
        _lost.UnionWith(_open);
        _keepsOut = !_gate.IsClosed;
        if (_keepsOut)
        {
            _gate.Shut();
        }

        _held.ForEach(static held => held.IsLost = true);
        AskAgain();
    }

    /// <summary>Registers every watch again, each of which fires once, and then lets requests in (XS-141).</summary>
    internal void Reconnect() => _reconnecting = _fibers.Start("reconnect", async () =>
    {
        await RegisterAllAsync();
        _reconnecting = null;
        if (_keepsOut)
        {
            _keepsOut = false;
            _gate.Open();
        }
    });

    /// <summary>Whoever waits for the store to take a request asks again.</summary>
    internal void AskAgain()
    {
        foreach (var held in _held)
        {
            if (held.IsLost)
            {
                held.Answered.Set();
            }
        }
    }

    private async ValueTask RegisterAllAsync()
    {
        foreach (var watch in _watches.Registered)
        {
            // One that was given up meanwhile has no token any more.
            if (watch.Token is not null
                && (await ExchangeAsync(Registration(watch), default)).Error is not (XsError.None or XsError.EEXIST)
                && watch.Token is not null)
            {
                _watches.Remove(watch);
            }
        }
    }

    /// <summary>Keeps a request that has no reply yet: one that the store took waits for it, one that it did not is sent again when the store says so.</summary>
    private Reply? Hold(Held held, bool isTaken)
    {
        held.IsLost = !isTaken;
        held.Answered = _fibers.CreateSignal("a reply of the store");
        if (!_held.Contains(held))
        {
            _held.Add(held);
        }

        return null;
    }

    /// <summary>Waits for the reply to a request that the store holds back or did not take; a rare thing.</summary>
    private async ValueTask<Reply?> AwaitAsync(Held held, StorePayload request, StoreTransaction transaction)
    {
        if (held.IsLost)
        {
            await _fibers.WaitAsync(held.Answered);
        }
        else
        {
            await _fibers.WaitAsync(held.Answered, TimeSpan.FromSeconds(1));
        }

        return held.IsLost
            ? await _driver.PerformAsync<Call, Reply?>(new Call(this, held, request, transaction))
            : held.Reply ?? await _driver.PerformAsync<Call, Reply?>(new Call(this, held, null, default));
    }
}
