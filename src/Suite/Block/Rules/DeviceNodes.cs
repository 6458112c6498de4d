using Conformance.Model.Trace;

namespace Conformance.Suite.Block.Rules;

/// <summary>One value that came to stand in the directory of a device.</summary>
/// <param name="Directory">The device's directory, absolute.</param>
/// <param name="Name">The node below it.</param>
/// <param name="Before">What stood there; null when there was no such node.</param>
/// <param name="After">What stands there now.</param>
/// <param name="Actor">Who wrote it, as the trace names it.</param>
internal sealed record NodeChange(string Directory, string Name, string? Before, string After, string Actor);

/// <summary>
/// The directories of all block devices as they follow from the store's steps in a trace, at every moment of it: what
/// was written in a transaction appears with its commit, what stood in a domain's home goes with the domain.
/// </summary>
internal sealed class DeviceNodes
{
    private static readonly string[] Pointers = ["frontend", "backend"];

    private readonly SortedDictionary<string, SortedDictionary<string, string>> directories = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Actor, string Transaction), List<TraceEvent>> open = [];

    /// <summary>Called for each value, when it can be read.</summary>
    public Action<NodeChange>? Changed { get; init; }

    /// <summary>Called for a write below a directory that does not exist and is not being made.</summary>
    public Action<string, TraceEvent>? Resurrected { get; init; }

    /// <summary>The directories that exist, fronts' and backs'.</summary>
    public IReadOnlyCollection<string> Directories => directories.Keys;

    /// <summary>The nodes of a directory by their names below it; empty when there is none.</summary>
    public IReadOnlyDictionary<string, string> NodesOf(string directory) =>
        directories.TryGetValue(directory, out var nodes) ? nodes : new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The value of a node; null when there is none.</summary>
    public string? Find(string directory, string name) => directories.GetValueOrDefault(directory)?.GetValueOrDefault(name);

    /// <summary>Takes the next step of the trace.</summary>
    public void Take(TraceEvent step)
    {
        ArgumentNullException.ThrowIfNull(step);
        switch (step.Step)
        {
            case StepCode.Write or StepCode.Remove when step.Result == "OK":
                Apply([step]);
                break;
            case StepCode.TransactionStart:
                open[(step.Actor, step.Result)] = [];
                break;
            case StepCode.TransactionWrite when step.Result == "OK" && open.TryGetValue(KeyOf(step), out var changes):
                changes.Add(step);
                break;
            case StepCode.TransactionEnd when open.Remove(KeyOf(step), out var changes) && step.Result == "OK" && Argument(step, "what") == "T":
                Apply(changes);
                break;
            case StepCode.DomainDeath:
                RemoveBelow($"/local/domain/{step.Object}");
                break;
        }
    }

    /// <summary>Whether a directory is that of a front.</summary>
    public static bool IsFront(string directory) => directory.Contains("/device/", StringComparison.Ordinal);

    /// <summary>A named detail of a step; null when it has none of that name.</summary>
    internal static string? Argument(TraceEvent step, string name)
    {
        foreach (var argument in step.Arguments)
        {
            if (argument.Key == name)
            {
                return argument.Value;
            }
        }

        return null;
    }

    private static (string Actor, string Transaction) KeyOf(TraceEvent step) => (step.Actor, Argument(step, "tx") ?? string.Empty);

    /// <summary>A path with its domain's home before it, if it is relative.</summary>
    private static string Absolute(TraceEvent step) =>
        step.Object.StartsWith('/') ? step.Object : $"/local/domain/{step.Actor.AsSpan(3)}/{step.Object}";

    private static bool TrySplit(string path, out string directory, out string name)
    {
        var parts = path.Split('/');
        int depth = parts is ["", "local", "domain", _, "device", "vbd", _, ..] ? 7
            : parts is ["", "local", "domain", _, "backend", "vbd", _, _, ..] ? 8
            : int.MaxValue;
        bool isDevice = parts.Length >= depth;
        directory = isDevice ? string.Join('/', parts[..depth]) : string.Empty;
        name = isDevice ? string.Join('/', parts[depth..]) : string.Empty;
        return isDevice;
    }

    private void Apply(List<TraceEvent> steps)
    {
        var made = steps
            .Where(step => Argument(step, "op") == "Write" && TrySplit(Absolute(step), out _, out string name) && Pointers.Contains(name))
            .Select(step => TrySplit(Absolute(step), out string directory, out _) ? directory : string.Empty)
            .ToHashSet();
        var changes = new Dictionary<(string, string), NodeChange>();
        foreach (var step in steps)
        {
            ApplyOne(step, made, changes);
        }

        foreach (var change in changes.Values)
        {
            Changed?.Invoke(change);
        }
    }

    private void ApplyOne(TraceEvent step, HashSet<string> made, Dictionary<(string, string), NodeChange> changes)
    {
        string path = Absolute(step);
        switch (Argument(step, "op"))
        {
            case "Rm":
                RemoveBelow(path);
                break;
            case "Write" when TrySplit(path, out string directory, out string name):
                if (!directories.TryGetValue(directory, out var nodes))
                {
                    directories.Add(directory, nodes = new(StringComparer.Ordinal));
                    if (!made.Contains(directory))
                    {
                        Resurrected?.Invoke(directory, step);
                    }
                }

                string value = Argument(step, "value") ?? string.Empty;
                changes[(directory, name)] = new NodeChange(directory, name, nodes.GetValueOrDefault(name), value, step.Actor);
                nodes[name] = value;
                break;
        }
    }

    private void RemoveBelow(string path)
    {
        foreach (string directory in directories.Keys.Where(key => key == path || key.StartsWith(path + "/", StringComparison.Ordinal)).ToArray())
        {
            directories.Remove(directory);
        }

        if (TrySplit(path, out string of, out string name) && directories.TryGetValue(of, out var nodes))
        {
            foreach (string node in nodes.Keys.Where(key => key == name || key.StartsWith(name + "/", StringComparison.Ordinal)).ToArray())
            {
                nodes.Remove(node);
            }
        }
    }
}
