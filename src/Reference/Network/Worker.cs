using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;

namespace Conformance.Reference.Network;

/// <summary>A fiber that works while there is something to do, and can be stopped between two pieces of work.</summary>
/// <param name="fibers">Whose fiber.</param>
/// <param name="name">What it does.</param>
/// <param name="work">Does what there is; false when it must be woken for more.</param>
internal sealed class Worker(FiberScope fibers, string name, Func<ValueTask<bool>> work)
{
    private readonly Signal _wake = fibers.CreateSignal($"work for {name}");
    private Fiber? _fiber;

    /// <summary>Whether it is to end, or has ended.</summary>
    internal bool IsStopped { get; private set; } = true;

    internal void Start()
    {
        if (IsStopped)
        {
            IsStopped = false;
            _fiber = fibers.Start(name, RunAsync);
        }
    }

    internal void Wake() => _wake.Set();

    /// <summary>Ends it; when this returns it touches nothing any more.</summary>
    internal async ValueTask StopAsync()
    {
        if (!IsStopped)
        {
            IsStopped = true;
            _wake.Set();
            await _fiber!.JoinAsync();
        }
    }

    /// <summary>Wakes workers whenever a port has an event, until the port is closed.</summary>
    internal static void Listen(FiberScope fibers, string name, IEventChannel channel, params Worker[] workers) =>
        fibers.Start(name, async () =>
        {
            while (await channel.WaitAsync())
            {
                foreach (var worker in workers)
                {
                    worker.Wake();
                }
            }
        });

    private async ValueTask RunAsync()
    {
        while (!IsStopped)
        {
            if (!await work() && !IsStopped)
            {
                await fibers.WaitAsync(_wake);
            }
        }
    }
}
