namespace Conformance.Model.Judging.Rules;

/// <summary>
/// What holds of the tool stack: it makes both directories of a device whole and in one transaction (XB-002), and asks for a
/// removal in one (XB-027). Whether it then waited long enough before it took the directories away no trace shows, as it has
/// no clock; and state 5 alone may be the back's own where both run in one domain.
/// </summary>
/// <param name="nodes">The nodes of devices.</param>
/// <param name="broken">Is told of each breach.</param>
public sealed class ToolStackRules(DeviceNodes nodes, Action<Breach> broken)
{
    private static readonly (string Name, string? Value)[] OfBack = [("frontend", null), ("frontend-id", null), ("online", "1"), ("state", "1")];
    private static readonly (string Name, string? Value)[] OfFront = [("backend", null), ("backend-id", null), ("state", "1")];

    private readonly List<NodeChange> changes = [];

    /// <summary>Takes a value of the change that is coming to be seen.</summary>
    public void OnChange(NodeChange change) => changes.Add(change);

    /// <summary>The change is whole.</summary>
    /// <param name="made">The directories that it made.</param>
    public void OnApplied(IReadOnlySet<string> made)
    {
        ArgumentNullException.ThrowIfNull(made);
        foreach (string directory in made.Order(StringComparer.Ordinal))
        {
            CheckMade(directory, made);
        }

        foreach (var change in changes.Where(change => change is { Name: "online", After: "0", Before: not "0" } && !DevicePath.IsFront(change.Directory)))
        {
            CheckAsked(change);
        }

        foreach (var change in changes.Where(change => change is { Name: "state", After: "5" } && !DevicePath.IsFront(change.Directory)))
        {
            CheckUnwanted(change);
        }

        changes.Clear();
    }

    private static bool IsOwn(NodeChange change) => DevicePath.DomainOf(change.Actor) == DevicePath.OwnerOf(change.Directory);

    private void CheckMade(string directory, IReadOnlySet<string> made)
    {
        bool isFront = DevicePath.IsFront(directory);
        string other = nodes.Find(directory, isFront ? "backend" : "frontend")!;
        string pointer = isFront ? "frontend" : "backend";
        if (!made.Contains(other) || nodes.Find(other, pointer) != directory)
        {
            broken(new Breach("XB-002", Blame.ToolStack, $"{directory} and {other} to be made in one transaction, each naming the other", $"{other} with {pointer} {nodes.Find(other, pointer) ?? "missing"}"));
            return;
        }

        foreach (var (name, value) in isFront ? OfFront : OfBack)
        {
            string? found = nodes.Find(directory, name);
            if (found is null || (value is not null && found != value))
            {
                broken(new Breach("XB-002", Blame.ToolStack, $"{name}{(value is null ? string.Empty : $" {value}")} in {directory} from the start", found ?? "no such node"));
                return;
            }
        }
    }

    /// <summary>Offline comes with Closing, unless the back closes already; a back that never came into being says offline by itself (XB-041).</summary>
    private void CheckAsked(NodeChange change)
    {
        bool isFailure = nodes.Find(change.Directory, "hotplug-status") == "error";
        if (!isFailure && nodes.Find(change.Directory, "state") is { } state and not ("5" or "6"))
        {
            broken(new Breach("XB-027", Blame.ToolStack, $"Closing in {change.Directory} in the transaction that makes it offline", $"state {state}"));
        }
    }

    /// <summary>Another domain than the back's that says Closing is the tool stack, and wants the device gone.</summary>
    private void CheckUnwanted(NodeChange change)
    {
        if (!IsOwn(change) && nodes.Find(change.Directory, "online") is { } online and not "0")
        {
            broken(new Breach("XB-027", Blame.ToolStack, $"online 0 in {change.Directory} in the transaction that asks for its close", $"online {online}"));
        }
    }
}
