using Conformance.Model.Trace;

namespace Conformance.Model.Judging.Rules;

/// <summary>The safety predicates S1 to S6 of connections, judged by a trace alone.</summary>
public sealed class SafetyRules
{
    private readonly TraceMappings mappings = new();
    private readonly StateRules states;
    private readonly StoreRules store;
    private readonly ConnectionRules connections;
    private readonly RequestRules requests;
    private readonly GrantRules grants;

    /// <summary>Makes them.</summary>
    /// <param name="broken">Is told of each breach.</param>
    /// <param name="applied">Is told when a change to the nodes of devices is whole; see <see cref="DeviceNodes.Applied"/>.</param>
    public SafetyRules(Action<Breach> broken, Action<TraceEvent, IReadOnlySet<string>>? applied = null)
    {
        ConnectionRules? later = null;
        ToolStackRules? tools = null;
        states = new StateRules(broken)
        {
            StateReached = (directory, state) => later!.OnState(directory, state),
            Changed = change => tools!.OnChange(change),
            Applied = (step, made) =>
            {
                tools!.OnApplied(made);
                applied?.Invoke(step, made);
            },
        };
        tools = new ToolStackRules(states.Nodes, broken);
        connections = later = new ConnectionRules(mappings, states.Nodes, broken);
        store = new StoreRules(states.Nodes, broken);
        requests = new RequestRules(broken);
        grants = new GrantRules(broken);
    }

    /// <summary>The nodes of all devices now.</summary>
    public DeviceNodes Nodes => states.Nodes;

    /// <summary>Takes the next step of the trace.</summary>
    public void Take(TraceEvent step)
    {
        mappings.Take(step);
        states.Take(step);
        store.Take(step);
        connections.Take(step);
        requests.Take(step);
        grants.Take(step);
    }
}
