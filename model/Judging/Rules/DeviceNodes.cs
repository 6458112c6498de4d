using Conformance.Model.Trace;

namespace Conformance.Model.Judging.Rules;

/// <summary>One value that came to stand in the directory of a device.</summary>
/// <param name="Directory">The device's directory, absolute.</param>
/// <param name="Name">The node below it.</param>
/// <param name="Before">What stood there; null when there was no such node.</param>
/// <param name="After">What stands there now.</param>
/// <param name="Actor">Who wrote it, as the trace names it.</param>
public sealed record NodeChange(string Directory, string Name, string? Before, string After, string Actor);

/// <summary>
/// The directories of all block devices as they follow from the store's steps in a trace, at every moment of it: what
/// was written in a transaction appears with its commit, what stood in a domain's home goes with the domain.
/// </summary>
public sealed class DeviceNodes
{
    private static readonly string[] Pointers = ["frontend", "backend"];

    private readonly SortedDictionary<string, SortedDictionary<string, string>> directories = new(StringComparer.Ordinal);
    private readonly HashSet<string> whole = [];
    private readonly HashSet<string> removed = [];
    private readonly Dictionary<(string Actor, string Transaction), List<TraceEvent>> open = [];

    /// <summary>Called for each value, when it can be read.</summary>
    public Action<NodeChange>? Changed { get; init; }

    /// <summary>Called for a write below a directory that was removed and is not being made.</summary>
    public Action<string, TraceEvent>? Resurrected { get; init; }

    /// <summary>Called when a change is whole, after its values: with the step that made it visible and the directories that it made.</summary>
    public Action<TraceEvent, IReadOnlySet<string>>? Applied { get; init; }

    /// <summary>The directories that exist, fronts' and backs'.</summary>
    public IReadOnlyCollection<string> Directories => directories.Keys;

    /// <summary>Whether everything in a directory is known, as the trace shows how it was made.</summary>
    public bool IsWhole(string directory) => whole.Contains(directory);

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
                Apply(step, [step]);
                break;
            case StepCode.TransactionStart:
                open[(step.Actor, step.Result)] = [];
                break;
            case StepCode.TransactionWrite when step.Result == "OK" && open.TryGetValue(KeyOf(step), out var changes):
                changes.Add(step);
                break;
            case StepCode.TransactionEnd when open.Remove(KeyOf(step), out var changes) && step.Result == "OK" && step.Find("what") == "T":
                Apply(step, changes);
                break;
            case StepCode.DomainDeath:
                RemoveBelow($"/local/domain/{step.Object}");
                Applied?.Invoke(step, new HashSet<string>());
                break;
        }
    }

    private static (string Actor, string Transaction) KeyOf(TraceEvent step) => (step.Actor, step.Find("tx") ?? string.Empty);

    /// <summary>A path with its domain's home before it, if it is relative.</summary>
    private static string Absolute(TraceEvent step) =>
        step.Object.StartsWith('/') ? step.Object : $"/local/domain/{DevicePath.DomainOf(step.Actor)[3..]}/{step.Object}";

    private void Apply(TraceEvent last, List<TraceEvent> steps)
    {
        var made = steps
            .Where(step => step.Find("op") == "Write" && DevicePath.TrySplit(Absolute(step), out _, out string name) && Pointers.Contains(name))
            .Select(step => DevicePath.TrySplit(Absolute(step), out string directory, out _) ? directory : string.Empty)
            .ToHashSet();
        var changes = new Dictionary<(string, string), NodeChange>();
        bool isOfDevice = false;
        foreach (var step in steps)
        {
            isOfDevice |= ApplyOne(step, made, changes);
        }

        // What stood there before was removed in the same transaction, if at all.
        whole.UnionWith(made);
        foreach (var change in changes.Values)
        {
            Changed?.Invoke(change);
        }

        if (isOfDevice)
        {
            Applied?.Invoke(last, made);
        }
    }

    private bool ApplyOne(TraceEvent step, HashSet<string> made, Dictionary<(string, string), NodeChange> changes)
    {
        string path = Absolute(step);
        switch (step.Find("op"))
        {
            case "Rm":
                return RemoveBelow(path);
            case "Write" when DevicePath.TrySplit(path, out string directory, out string name):
                if (!directories.TryGetValue(directory, out var nodes))
                {
                    directories.Add(directory, nodes = new(StringComparer.Ordinal));
                    if (!made.Contains(directory) && removed.Contains(directory))
                    {
                        Resurrected?.Invoke(directory, step);
                    }
                }

                removed.Remove(directory);
                string value = step.Find("value") ?? string.Empty;
                changes[(directory, name)] = new NodeChange(directory, name, nodes.GetValueOrDefault(name), value, step.Actor);
                nodes[name] = value;
                return true;
            default:
                return false;
        }
    }

    private bool RemoveBelow(string path)
    {
        bool isOfDevice = false;
        foreach (string directory in directories.Keys.Where(key => key == path || key.StartsWith(path + "/", StringComparison.Ordinal)).ToArray())
        {
            directories.Remove(directory);
            whole.Remove(directory);
            removed.Add(directory);
            isOfDevice = true;
        }

        if (DevicePath.TrySplit(path, out string of, out string name) && directories.TryGetValue(of, out var nodes))
        {
            foreach (string node in nodes.Keys.Where(key => key == name || key.StartsWith(name + "/", StringComparison.Ordinal)).ToArray())
            {
                nodes.Remove(node);
                isOfDevice = true;
            }
        }

        return isOfDevice;
    }
}
