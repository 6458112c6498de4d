using Conformance.Model.Judging;
using Conformance.Model.Judging.Rules;
using Conformance.Model.Trace;
using Conformance.Reference.World;

namespace Conformance.Suite.Block.Rules;

/// <summary>
/// Judges every run of a pair while it happens, by the trace alone and a look at what the hypervisor has mapped: the
/// safety predicates S1 to S6 of the connection. What is read through an unmapped page (S1) or freed while in use (S2)
/// the machine itself refuses; the judge sees that nobody gets that far unnoticed.
/// </summary>
internal sealed class PairJudge
{
    private readonly StateRules states;
    private readonly ConnectionRules connections;
    private readonly RequestRules requests;
    private readonly WatchLedger watches = new();
    private readonly List<(WorldDomain Domain, Blame End, Holdings Before)> domains = [];
    private readonly HashSet<Blame> excused = [];
    private Breach? first;

    internal PairJudge(XenWorld world)
    {
        ConnectionRules? later = null;
        states = new StateRules(Note) { StateReached = (directory, state) => later!.OnState(directory, state) };
        connections = later = new ConnectionRules(new HypervisorMappings(world.Hypervisor), states.Nodes, Note);
        requests = new RequestRules(Note);
    }

    /// <summary>The first rule that was broken; null while none was.</summary>
    internal Breach? First => first;

    /// <summary>The directories of the devices that exist.</summary>
    internal DeviceNodes Nodes => states.Nodes;

    /// <summary>Remembers what a domain holds before it has devices.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="end">Which end's driver is to run there.</param>
    internal void Enlist(WorldDomain domain, Blame end) => domains.Add((domain, end, Holdings.Of(domain)));

    /// <summary>An end leaves its path by plan: what it does is not held against it.</summary>
    internal void Excuse(Blame end) => excused.Add(end);

    /// <summary>Takes the next step of the trace.</summary>
    internal void Take(TraceEvent step)
    {
        states.Take(step);
        watches.Take(step);
        connections.Take(step);
        requests.Take(step);
    }

    /// <summary>Everything has come to rest, and no device is connected: nothing may be held any more.</summary>
    /// <param name="clause">What is broken by a leak.</param>
    /// <param name="what">After what.</param>
    /// <param name="wasUsed">Whether a disk was used: while its device is there, its pages may be kept for later uses.</param>
    internal void ExpectNothingHeld(string clause, string what, bool wasUsed)
    {
        foreach (var (domain, end, before) in domains.Where(entry => !entry.Domain.Machine.IsDestroyed))
        {
            bool isFront = end == Blame.Front;
            bool mayKeepPages = wasUsed && Nodes.Directories.Any(directory => directory.StartsWith($"/local/domain/{domain.Id}/device/", StringComparison.Ordinal));
            var beyond = Holdings.Of(domain).Beyond(before);

            // A front maps nothing for a device, and a back's own pages and grants are its own affair.
            var rest = isFront
                ? beyond with { Mappings = 0, Pages = mayKeepPages ? 0 : beyond.Pages }
                : beyond with { Pages = 0, Grants = 0, Deferred = 0 };
            if (rest != Holdings.None && !(isFront && excused.Contains(Blame.Back)))
            {
                Note(new Breach(clause, end, $"domain {domain.Id} to hold nothing {what}", $"{rest}"));
            }
        }

        foreach (var zombie in domains.Where(entry => entry.Domain.Machine.IsZombie))
        {
            Note(new Breach("XB-046", Blame.Back, $"nothing of domain {zombie.Domain.Id} held after its death", "its memory is in use"));
        }
    }

    /// <summary>No device exists: nobody may wait for one, and no request may be owed.</summary>
    internal void ExpectNothingAwaited()
    {
        requests.Rest();
        foreach (var (client, path) in watches.On(static path => IsOfDevice(path)))
        {
            var end = client.StartsWith("dom0", StringComparison.Ordinal) || path.Contains("/backend/", StringComparison.Ordinal) == IsOwn(client, path)
                ? Blame.Back
                : Blame.Front;
            Note(new Breach("XB-033", end, "no watch for a device that is gone", $"{client} watches {path}"));
        }
    }

    /// <summary>Whether a state means that an end has nothing of a connection.</summary>
    internal static bool IsQuiet(string? state) => state is null or "1" or "2" or "6";

    private static bool IsOfDevice(string path) =>
        path.Contains("/device/vbd/", StringComparison.Ordinal) || path.Contains("/backend/vbd/", StringComparison.Ordinal);

    private static bool IsOwn(string client, string path) => path.StartsWith($"/local/domain/{client.AsSpan(3)}/", StringComparison.Ordinal);

    private void Note(Breach breach)
    {
        if (!excused.Contains(breach.Blame))
        {
            first ??= breach;
        }
    }
}
