using System.Globalization;
using Conformance.Model.Protocol.XenBus;
using Conformance.Model.Trace;

namespace Conformance.Model.Judging.Rules;

/// <summary>
/// What holds of the two state nodes at every moment: the permitted paths, whose they are, what must be in the store before
/// a state says that it is, and that nothing is written where a directory was taken away (S5).
/// </summary>
public sealed class StateRules
{
    private readonly Action<Breach> broken;

    /// <summary>The fronts whose back has said Connected since they said Initialised.</summary>
    private readonly HashSet<string> answered = [];

    /// <summary>Makes them.</summary>
    /// <param name="broken">Is told of each breach.</param>
    public StateRules(Action<Breach> broken)
    {
        this.broken = broken;
        Nodes = new DeviceNodes { Changed = OnChange, Resurrected = OnResurrection, Applied = (step, made) => Applied?.Invoke(step, made) };
    }

    /// <summary>The nodes of all devices now.</summary>
    public DeviceNodes Nodes { get; }

    /// <summary>Called when a state has come to stand in a directory, after the rules here.</summary>
    public Action<string, XenbusState>? StateReached { get; init; }

    /// <summary>Called for each value, when it can be read, before the rules here.</summary>
    public Action<NodeChange>? Changed { get; init; }

    /// <summary>Called when a change to the nodes of devices is whole; see <see cref="DeviceNodes.Applied"/>.</summary>
    public Action<TraceEvent, IReadOnlySet<string>>? Applied { get; init; }

    /// <summary>Takes the next step of the trace.</summary>
    public void Take(TraceEvent step) => Nodes.Take(step);

    /// <summary>
    /// The permitted paths (XB-008, XB-009) with what others may see of them: an end may skip states that nobody had to
    /// see, and begin anew from any.
    /// </summary>
    private static bool IsPermitted(bool isFront, XenbusState from, XenbusState to) => (from, to) switch
    {
        (_, XenbusState.Initialising) => true,
        (XenbusState.Initialising, XenbusState.InitWait) => !isFront,
        (XenbusState.Initialising, XenbusState.Initialised or XenbusState.Connected) => isFront,
        (XenbusState.InitWait, XenbusState.Connected) => !isFront,
        (XenbusState.Initialised, XenbusState.Connected) => true,
        (XenbusState.Connected, XenbusState.Connected) => !isFront,
        (XenbusState.Closing, XenbusState.Connected) => isFront,
        (XenbusState.Closed, XenbusState.InitWait) => !isFront,
        (XenbusState.Closed, _) => false,
        (_, XenbusState.Closing or XenbusState.Closed) => true,
        _ => false,
    };

    private void OnChange(NodeChange change)
    {
        Changed?.Invoke(change);
        if (change.Name != "state")
        {
            return;
        }

        bool isFront = DevicePath.IsFront(change.Directory);
        var end = DevicePath.EndOf(change.Directory);
        if (!TryParse(change.After, out var after))
        {
            broken(new Breach("XB-001", end, $"a state from 1 to 8 in {change.Directory}", $"'{change.After}'"));
            return;
        }

        // What the tool stack writes into the directory of another domain is its own affair (XB-004).
        bool isOwn = DevicePath.DomainOf(change.Actor) == DevicePath.OwnerOf(change.Directory);
        if (isOwn && TryParse(change.Before, out var before) && !IsPermitted(isFront, before, after))
        {
            broken(new Breach(isFront ? "XB-008" : "XB-009", end, $"a permitted step of {change.Directory} from {before}", $"{after}"));
        }

        CheckWriter(change, after);
        if (isFront && isOwn && after is XenbusState.Initialised or XenbusState.Connected)
        {
            CheckPublished(change.Directory, after);
        }
        else if (!isFront && after == XenbusState.Connected)
        {
            CheckMedium(change.Directory);
            answered.UnionWith(Nodes.Directories.Where(front => DevicePath.IsFront(front) && Nodes.Find(front, "backend") == change.Directory));
        }

        if (isFront && after == XenbusState.Initialised)
        {
            answered.Remove(change.Directory);
        }
        else if (isFront && isOwn && after == XenbusState.Connected)
        {
            CheckAnswered(change);
        }

        StateReached?.Invoke(change.Directory, after);
    }

    /// <summary>A front writes no state of its back's (XB-004). What the control domain writes may be the tool stack's.</summary>
    private void CheckWriter(NodeChange change, XenbusState after)
    {
        string writer = DevicePath.DomainOf(change.Actor);
        if (Nodes.Find(change.Directory, "frontend-id") is { } front && writer == $"dom{front}" && writer != DevicePath.OwnerOf(change.Directory))
        {
            broken(new Breach("XB-004", Blame.Front, $"{change.Directory} to be written by its own end", $"{after} written by {change.Actor}"));
        }
    }

    /// <summary>
    /// A front is Connected to what its back has mapped (XB-013): the back says so after the front's Initialised; one that
    /// says Connected with its publication does so before its back is Connected, as that would be to somebody else.
    /// </summary>
    private void CheckAnswered(NodeChange change)
    {
        if (!Nodes.IsWhole(change.Directory) || Nodes.Find(change.Directory, "backend") is not { } back)
        {
            return;
        }

        string came = $"Connected from {change.Before} while the back shows {Nodes.Find(back, "state") ?? "nothing"}";
        if (change.Before == "3" && !answered.Contains(change.Directory))
        {
            broken(new Breach("XB-013", Blame.Front, $"{change.Directory} Connected after {back} said so to what it published", came));
        }
        else if (change.Before == "1" && Nodes.Find(back, "state") == "4")
        {
            broken(new Breach("XB-013", Blame.Front, $"{change.Directory} to close the connection that {back} has with somebody else before it publishes", came));
        }
    }

    /// <summary>All that a front decides is there before it says so (NG-004).</summary>
    private void CheckPublished(string directory, XenbusState state)
    {
        if (!DevicePath.IsFront(directory) || !Nodes.IsWhole(directory))
        {
            return;
        }

        var names = Nodes.NodesOf(directory).Keys.Select(name => name.Split('/')[^1]).ToArray();
        bool isComplete = names.Contains("event-channel") && Array.Exists(names, name => name.StartsWith("ring-ref", StringComparison.Ordinal));
        if (!isComplete)
        {
            broken(new Breach("NG-004", Blame.Front, $"ring references and a port in {directory} before {state}", string.Join(' ', names)));
        }
    }

    /// <summary>All that describes the medium is there before Connected (NG-005).</summary>
    private void CheckMedium(string directory)
    {
        if (!Nodes.IsWhole(directory))
        {
            return;
        }

        foreach (string name in (string[])["sectors", "sector-size", "info"])
        {
            if (Nodes.Find(directory, name) is null)
            {
                broken(new Breach("NG-005", Blame.Back, $"{name} in {directory} before Connected", "no such node"));
            }
        }
    }

    private void OnResurrection(string directory, TraceEvent step) =>
        broken(new Breach("XB-007", DevicePath.EndOf(directory), $"nothing written to {directory} after its removal", $"{step.Object} written by {step.Actor}"));

    private static bool TryParse(string? text, out XenbusState state)
    {
        bool isState = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= (int)XenbusState.Initialising and <= (int)XenbusState.Reconfigured;
        state = isState ? (XenbusState)number : default;
        return isState;
    }
}
