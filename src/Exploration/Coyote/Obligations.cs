using Conformance.Exploration.Engine;
using Conformance.Exploration.Refinement;
using Conformance.Exploration.Scenarios;
using Conformance.Model.Protocol.XenBus;
using Conformance.Model.Trace;
using Conformance.Reference.World;

namespace Conformance.Exploration.Coyote;

/// <summary>
/// What a run owes: things that began and must end, whatever the order (LV rows of the connection model). An attach ends
/// connected or with everything released; a close comes to its end; a boot is let go on.
/// </summary>
public sealed class Obligations
{
    /// <summary>A front that holds grants or ports for a disk announces it or gives them back.</summary>
    public const string Attach = "attach";

    /// <summary>An end that began to close says Closed.</summary>
    public const string Close = "close";

    /// <summary>A domain that waits for its devices boots.</summary>
    public const string Boot = "boot";

    private readonly ClosingEnds _closing = new();
    private bool _isAnyClosing = true;

    /// <summary>Whether an attach is under way.</summary>
    public bool IsAttaching { get; private set; }

    /// <summary>Whether an end closes.</summary>
    public bool IsClosing => _closing.Any && _isAnyClosing;

    /// <summary>Whether a boot is held up.</summary>
    public bool IsBooting { get; private set; }

    /// <summary>Takes what the participants write to the trace.</summary>
    public ITraceSink Trace => _closing;

    /// <summary>Looks at a run that stands between two steps.</summary>
    public void Look(IExperimentRun run)
    {
        if (JudgedExperiment.Inside(run) is PairWorld { Machine: var machine } world)
        {
            var guest = machine.Guest;
            bool isThere = !guest.Fibers.Group.IsDead;
            int announced = world.Disks.Count(disk => machine.Fronts.FindDisk(disk.Name) is not null);
            IsAttaching = isThere && !world.IsFrontScripted && announced < world.Disks.Count && HoldsMore(guest, world.Before.Guest, announced * world.QueueCount);

            // The bus may end a close that the driver began: then the driver takes no step of its path any more.
            _isAnyClosing = machine.FrontBus.Devices.Concat(world.BackBus.Devices).Any(static device => device.State == XenbusState.Closing);
            IsBooting = isThere && machine.FrontBus.BootHold.Connecting > 0;
        }
    }

    /// <summary>What is open, as words; empty when nothing is.</summary>
    public string DescribeOpen() => string.Join(
        " and ", new[] { IsAttaching ? Attach : "", IsClosing ? Close : "", IsBooting ? Boot : "" }.Where(static word => word.Length > 0));

    /// <summary>What waits for the peer to let go is given back already. Beside a disk that is announced only ports tell of another.</summary>
    private static bool HoldsMore(WorldDomain domain, Holdings before, int announcedPorts)
    {
        var now = Holdings.Count(domain);
        return (announcedPorts == 0 && now.Grants - now.Deferred > before.Grants - before.Deferred) || now.Ports > before.Ports + announcedPorts;
    }

    /// <summary>The ends that began to close and have not said Closed.</summary>
    private sealed class ClosingEnds : ITraceSink
    {
        private readonly HashSet<string> _actors = [];

        internal bool Any => _actors.Count > 0;

        public void Record(string actor, int generation, string step, string subject, string result, params ReadOnlySpan<KeyValuePair<string, string>> arguments)
        {
            switch (step)
            {
                case FrontStep.BeginClose or BackStep.Closing when result == "OK":
                    _actors.Add(actor);
                    break;
                case FrontStep.Close or FrontStep.Release or FrontStep.CheckUsers when step != FrontStep.CheckUsers || result != "OK":
                case BackStep.Closed:
                    _actors.Remove(actor);
                    break;
                case StepCode.DomainDeath:
                    _actors.RemoveWhere(closing => closing.StartsWith($"dom{subject}/", StringComparison.Ordinal));
                    break;
            }
        }
    }
}
