using Conformance.Model.Protocol.Control;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Fibers;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.Ports;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Reference.Balloon;

/// <summary>
/// Follows <c>memory/target</c>: gives pages that the guest does not need back to the hypervisor, or takes more, until the
/// domain has as many as it is to have (S-36 of the seed). What cannot be done now is tried again later.
/// </summary>
public sealed class BalloonDriver
{
    private static readonly TimeSpan RetryFirst = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryMax = TimeSpan.FromSeconds(32);

    private readonly IDomain _domain;
    private readonly IPlatform _platform;
    private readonly Stack<IOwnPage> _unused = [];
    private readonly Signal _changed;

    /// <summary>Makes a driver that has not started.</summary>
    public BalloonDriver(IDomain domain, IPlatform platform)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(platform);
        _domain = domain;
        _platform = platform;
        _changed = domain.Fibers.CreateSignal("a change of the memory target");
    }

    /// <summary>How many pages the domain is to have; null before anybody said.</summary>
    public int? Target { get; private set; }

    /// <summary>Whether it had as many at the last look.</summary>
    public bool IsMet { get; private set; }

    /// <summary>Pages of the guest's that it uses for nothing, and can give back.</summary>
    public int Unused => _unused.Count;

    /// <summary>Begins to follow the target.</summary>
    public async ValueTask StartAsync()
    {
        await _domain.Store.WatchAsync(new StoreWatch(ControlNodes.MemoryTarget, _ =>
        {
            _changed.Set();
            return ValueTask.CompletedTask;
        }));
        _domain.Fibers.Start("balloon", FollowAsync);
    }

    private async ValueTask FollowAsync()
    {
        var retry = RetryFirst;
        while (true)
        {
            await ReadTargetAsync();
            IsMet = Target is not { } target || await ReachAsync(target);
            bool isChanged = await _domain.Fibers.WaitAsync(_changed, IsMet ? null : retry);
            retry = isChanged ? RetryFirst : TimeSpan.FromTicks(Math.Min(2 * retry.Ticks, RetryMax.Ticks));
        }
    }

    /// <summary>Absent, unreadable or no number: the last target stands.</summary>
    private async ValueTask ReadTargetAsync()
    {
        try
        {
            if (await _domain.Store.FindAsync(ControlNodes.MemoryTarget) is { } text && XsNumber.TryParse(text, long.MaxValue, out ulong kibibytes))
            {
                Target = (int)Math.Min(kibibytes / (MachinePage.Size / 1024), int.MaxValue);
            }
        }
        catch (StoreException)
        {
            // Who may not read it is asked for nothing.
        }
    }

    private async ValueTask<bool> ReachAsync(int target)
    {
        // Others take and give back pages meanwhile, and the target may change: both are looked at before each page.
        while (!_changed.IsSet)
        {
            int pages = await _platform.CountPagesAsync();
            if (pages == target)
            {
                return true;
            }

            if (pages < target)
            {
                if (await _domain.Memory.AllocateAsync() is not { } page)
                {
                    return false;
                }

                _unused.Push(page);
            }
            else if (_unused.TryPop(out var page))
            {
                await _domain.Memory.FreeAsync(page);
            }
            else
            {
                return false;
            }
        }

        return false;
    }
}
