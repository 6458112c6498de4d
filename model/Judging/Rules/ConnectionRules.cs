using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenBus;
using Conformance.Model.Trace;

namespace Conformance.Model.Judging.Rules;

/// <summary>
/// What holds of a connection at every moment: a back is Connected only to a ring that it has, is Closed only when it has
/// nothing (S4), has the rings of one generation (S6), maps each page of it once, and takes them down in order; a front is
/// quiet until the back is Connected.
/// </summary>
/// <param name="mappings">What is mapped.</param>
/// <param name="nodes">The nodes of devices.</param>
/// <param name="broken">Is told of each breach.</param>
public sealed class ConnectionRules(IMappings mappings, DeviceNodes nodes, Action<Breach> broken)
{
    private readonly Dictionary<string, Connection> backs = [];
    private readonly Dictionary<string, bool> readyFronts = [];

    /// <summary>How far a back has taken a connection down.</summary>
    private enum Stage
    {
        Up,

        /// <summary>Its ports are closed.</summary>
        Stopped,
        Unmapped,
    }

    /// <summary>Takes a step of a driver.</summary>
    public void Take(TraceEvent step)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (DevicePath.TryDirectory(step.Actor, DevicePath.BackDriver, out string back))
        {
            TakeBack(step, back, backs.TryGetValue(back, out var known) ? known : backs[back] = new Connection());
        }
        else if (DevicePath.TryDirectory(step.Actor, DevicePath.FrontDriver, out string front))
        {
            TakeFront(step, front);
        }
    }

    /// <summary>An end has said a state.</summary>
    public void OnState(string directory, XenbusState state)
    {
        if (DevicePath.IsFront(directory))
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
        if (backs.TryGetValue(directory, out var connection) && (connection.Pages.Count == 0 || connection.Ports == 0))
        {
            broken(new Breach("XB-051", Blame.Back, $"{directory} Connected after its ring is mapped and its port bound", $"{connection.Pages.Count} pages and {connection.Ports} ports"));
        }

        // A front finds its back by its own pointer; a back that was made in parts may lack the other.
        foreach (string front in nodes.Directories.Where(other => DevicePath.IsFront(other) && nodes.Find(other, "backend") == directory))
        {
            readyFronts[front] = true;
        }
    }

    private void OnBackClosed(string directory)
    {
        if (nodes.Find(directory, "frontend") is not { } front
            || nodes.Find(directory, "frontend-id") is not { } number
            || !ushort.TryParse(number, out ushort id))
        {
            return;
        }

        var owner = new DomainId(id);
        bool isAlone = nodes.Directories.Count(other => !DevicePath.IsFront(other) && nodes.Find(other, "frontend-id") == number) == 1;
        var held = nodes.NodesOf(front)
            .Where(node => node.Key.Split('/')[^1].StartsWith("ring-ref", StringComparison.Ordinal))
            .Where(node => uint.TryParse(node.Value, out uint reference) && mappings.IsMapped(owner, new GrantRef(reference)))
            .Select(node => node.Key)
            .ToArray();
        if (held.Length > 0 || (isAlone && mappings.IsAnyMapped(owner)))
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
                Map(step, directory, connection);
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

                connection.Pages.Clear();
                connection.Stage = Stage.Unmapped;
                break;
            case IoStep.Consume when connection.Stage == Stage.Unmapped:
                // A request that was being read when the ports were closed may still be taken, and is drained with the others.
                broken(new Breach("BB-028", Blame.Back, $"{directory} to take nothing after it has unmapped", $"{step.Object} consumed"));
                break;
        }
    }

    private void Map(TraceEvent step, string directory, Connection connection)
    {
        if (connection.Pages.Count > 0 && connection.Generation != step.Generation)
        {
            broken(new Breach("XB-017", Blame.Back, $"{directory} to give up the ring of generation {connection.Generation} before it maps another", "both mapped"));
        }

        connection.Generation = step.Generation;
        connection.Stage = Stage.Up;
        if (!connection.Pages.Add(step.Object))
        {
            broken(new Breach("XB-015", Blame.Back, $"{directory} to map each page of a ring once", $"{step.Object} mapped again"));
        }
    }

    private void TakeFront(TraceEvent step, string directory)
    {
        switch (step.Step)
        {
            case FrontStep.Publish or FrontStep.Release or FrontStep.Recover:
                readyFronts[directory] = false;
                break;
            case IoStep.PushRequests when !readyFronts.GetValueOrDefault(directory):
                broken(new Breach("XB-052", Blame.Front, $"no request from {directory} before its back is Connected", $"{step.Object} pushed"));
                break;
        }
    }

    private sealed class Connection
    {
        public int Generation { get; set; }

        /// <summary>The ring pages that it has, by how the trace names them.</summary>
        public HashSet<string> Pages { get; } = [];

        public int Ports { get; set; }

        public Stage Stage { get; set; }
    }
}
