using Conformance.Reference.Fibers;

namespace Conformance.Reference.World;

/// <content>A store that ends and comes again, or that answers nobody for a while.</content>
public sealed partial class WorldStore
{
    /// <summary>Whether it answers nobody.</summary>
    internal bool IsStill { get; private set; }

    /// <summary>
    /// The store's process ends, and another takes over the tree and the domains (RES, I-44): what was open, watched or about
    /// to be told on any connection is gone. Every client connects again, each in its own time.
    /// </summary>
    public async ValueTask RestartAsync()
    {
        await _driver.DoAsync(new Restart(this));
        for (int i = 0; i < _clients.Count; i++)
        {
            if (_clients[i].IsConnected)
            {
                _clients[i].Reconnect();
            }
        }
    }

    /// <summary>Answers nobody from now on, as while its own domain stands still (I-58); what is asked waits.</summary>
    public ValueTask StandStillAsync() => _driver.DoAsync(new Standing(this, isStill: true));

    /// <summary>Answers again.</summary>
    public ValueTask GoOnAsync() => _driver.DoAsync(new Standing(this, isStill: false));

    private readonly struct Restart(WorldStore store) : IStep<bool>
    {
        public void Declare(ref AccessSet accesses) => accesses.Writes(Fibers.Resource.World);

        public bool Perform()
        {
            foreach (var client in store._clients)
            {
                if (client.IsConnected)
                {
                    client.LoseConnection();
                }
            }

            return true;
        }
    }

    private readonly struct Standing(WorldStore store, bool isStill) : IStep<bool>
    {
        public void Declare(ref AccessSet accesses) => accesses.Writes(Fibers.Resource.World);

        public bool Perform()
        {
            store.IsStill = isStill;
            foreach (var client in store._clients)
            {
                client.AskAgain();
            }

            return true;
        }
    }
}
