using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenBus;
using Conformance.Model.Trace;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Verdicts;

namespace Conformance.Suite.Block.Rules;

/// <summary>
/// What holds of a connection at every moment: a back is Connected only to a ring that it has, is Closed only when it has
/// nothing (S4), has the rings of one generation (S6), and takes them down in order; a front is quiet until the back is
/// Connected. What is mapped is looked up in the hypervisor, not believed.
/// </summary>
internal sealed class ConnectionRules(InProcessHypervisor hypervisor, DeviceNodes nodes, Action<Breach> broken)
{
    private readonly Dictionary<string, Connection> backs = [];
    private readonly Dictionary<string, bool> readyFronts = [];

    /// <summary>Takes a step of a driver.</summary>
    internal void Take(TraceEvent step)
    {
        if (TryDirectory(step.Actor, "blkback", out string back))
        {
            TakeBack(step, back, backs.TryGetValue(back, out var known) ? known : backs[back] = new Connection());
        }
        else if (TryDirectory(step.Actor, "blkfront", out string front))
        {
            TakeFront(step, front);
        }
    }

    /// <summary>An end has said a state.</summary>
    internal void OnState(string directory, XenbusState state)
    {
        if (DeviceNodes.IsFront(directory))
        {
            return;
        }

        if (state == XenbusState.Connected)
        {
            OnBackConnected(directory);
        }
        else if (state == XenbusState.Closed)
        {
            OnBackClosed(directory);
        }
    }

    private void OnBackConnected(string directory)
    {
        if (backs.TryGetValue(directory, out var connection) && (connection.Pages == 0 || connection.Ports == 0))
        {
            broken(new Breach("XB-051", Blame.Back, $"{directory} Connected after its ring is mapped and its port bound", $"{connection.Pages} pages and {connection.Ports} ports"));
        }

        if (nodes.Find(directory, "frontend") is { } front)
        {
            readyFronts[front] = true;
        }
    }

    private void OnBackClosed(string directory)
    {
        if (nodes.Find(directory, "frontend") is not { } front
            || nodes.Find(directory, "frontend-id") is not { } number
            || !ushort.TryParse(number, out ushort id)
            || hypervisor.Find(new DomainId(id)) is not { } domain)
        {
            return;
        }

        bool isAlone = nodes.Directories.Count(other => !DeviceNodes.IsFront(other) && nodes.Find(other, "frontend-id") == number) == 1;
        var held = nodes.NodesOf(front)
            .Where(node => node.Key.Split('/')[^1].StartsWith("ring-ref", StringComparison.Ordinal))
            .Where(node => uint.TryParse(node.Value, out uint reference) && domain.GrantTable.IsPinned(new GrantRef(reference)))
            .Select(node => node.Key)
            .ToArray();
        if (held.Length > 0 || (isAlone && domain.GrantTable.IsInUse))
        {
            string what = held.Length > 0 ? string.Join(' ', held) : "data pages";
            broken(new Breach("XB-020", Blame.Back, $"nothing of the front mapped when {directory} says Closed", $"{what} in use"));
        }
    }

    private void TakeBack(TraceEvent step, string directory, Connection connection)
    {
        bool isDone = step.Result == "OK";
        switch (step.Step.Split('.')[0])
        {
            case BackStep.SeeDirectory:
                backs[directory] = new Connection();
                break;
            case BackStep.MapRing when isDone:
                if (connection.Pages > 0 && connection.Generation != step.Generation)
                {
                    broken(new Breach("XB-017", Blame.Back, $"{directory} to give up the ring of generation {connection.Generation} before it maps another", "both mapped"));
                }

                connection.Generation = step.Generation;
                connection.Stage = Stage.Up;
                connection.Pages++;
                break;
            case BackStep.BindPort when isDone:
                connection.Ports++;
                break;
            case BackStep.ClosePort:
                connection.Stage = Stage.Stopped;
                connection.Ports = 0;
                break;
            case BackStep.Unmap:
                if (connection.Stage == Stage.Up)
                {
                    broken(new Breach("BB-028", Blame.Back, $"{directory} to close its ports before it unmaps", "ports open"));
                }

                connection.Pages = 0;
                connection.Stage = Stage.Unmapped;
                break;
            case IoStep.Consume when connection.Stage == Stage.Unmapped:
                // A request that was being read when the ports were closed may still be taken, and is drained with the others.
                broken(new Breach("BB-028", Blame.Back, $"{directory} to take nothing after it has unmapped", $"{step.Object} consumed"));
                break;
        }
    }

    private void TakeFront(TraceEvent step, string directory)
    {
        switch (step.Step)
        {
            case FrontStep.Commit:
                break;
            case FrontStep.Publish or FrontStep.Release or FrontStep.Recover:
                readyFronts[directory] = false;
                break;
            case IoStep.PushRequests when !readyFronts.GetValueOrDefault(directory):
                broken(new Breach("XB-052", Blame.Front, $"no request from {directory} before its back is Connected", $"{step.Object} pushed"));
                break;
        }
    }

    /// <summary>The directory of the device whose driver an actor such as <c>dom0/blkback 1/51712</c> is.</summary>
    private static bool TryDirectory(string actor, string driver, out string directory)
    {
        directory = string.Empty;
        int slash = actor.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !actor.AsSpan(slash + 1).StartsWith(driver) || actor.IndexOf(' ', StringComparison.Ordinal) is var space && space < 0)
        {
            return false;
        }

        string kind = driver == "blkback" ? "backend" : "device";
        directory = $"/local/domain/{actor[3..slash]}/{kind}/vbd/{actor[(space + 1)..]}";
        return true;
    }

    private sealed class Connection
    {
        public int Generation { get; set; }

        public int Pages { get; set; }

        public int Ports { get; set; }

        public Stage Stage { get; set; }
    }

    /// <summary>How far a back has taken a connection down.</summary>
    private enum Stage
    {
        Up,

        /// <summary>Its ports are closed.</summary>
        Stopped,
        Unmapped,
    }
}
