using Conformance.Model.Trace;

namespace Conformance.Model.Judging.Rules;

/// <summary>What holds of the store itself: a look at a node of a device gives what was written there last (XS-049).</summary>
/// <param name="nodes">The nodes of devices.</param>
/// <param name="broken">Is told of each breach.</param>
public sealed class StoreRules(DeviceNodes nodes, Action<Breach> broken)
{
    /// <summary>Takes the next step of the trace. Looks inside a transaction see a state of their own and are not compared.</summary>
    public void Take(TraceEvent step)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (step.Step == StepCode.Read && step.Find("op") == "Read"
            && DevicePath.TrySplit(step.Object, out string directory, out string name) && nodes.IsWhole(directory)
            && nodes.Find(directory, name) is { Length: > 0 } value
            && step.Result != value && step.Result is not ("EACCES" or "EINVAL" or "E2BIG"))
        {
            broken(new Breach("XS-049", Blame.Store, $"'{value}' for {step.Object}", $"'{step.Result}'"));
        }
    }
}
