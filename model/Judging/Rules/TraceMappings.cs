using Conformance.Model.Protocol;
using Conformance.Model.Trace;

namespace Conformance.Model.Judging.Rules;

/// <summary>
/// What is mapped as it follows from the hypervisor's steps in a trace. An unmapping names a handle and not a reference, so
/// pages are counted by their owners only.
/// </summary>
public sealed class TraceMappings : IMappings
{
    private readonly Dictionary<(string Mapper, string Owner), int> counts = [];

    /// <inheritdoc/>
    public bool IsMapped(DomainId owner, GrantRef reference) => false;

    /// <inheritdoc/>
    public bool IsAnyMapped(DomainId owner) => counts.Any(count => count.Key.Owner == $"{owner}" && count.Value > 0);

    /// <summary>Takes the next step of the trace.</summary>
    public void Take(TraceEvent step)
    {
        ArgumentNullException.ThrowIfNull(step);
        switch (step.Step)
        {
            case HypervisorStep.Map when step.Result == "Okay" && step.Find("of") is { } owner:
                Add(step.Actor, owner, 1);
                break;
            case HypervisorStep.Unmap when step.Result == "Okay" && step.Find("of") is { } owner:
                Add(step.Actor, owner, -1);
                break;
            case StepCode.DomainDeath or HypervisorStep.EndDrivers:
                // Its mappings go with it; what others map of it stays until they unmap it (GT-032, GT-033).
                foreach (var key in counts.Keys.Where(key => key.Mapper == $"dom{step.Object}").ToArray())
                {
                    counts.Remove(key);
                }

                break;
        }
    }

    private void Add(string mapper, string owner, int change) =>
        counts[(mapper, owner)] = counts.GetValueOrDefault((mapper, owner)) + change;
}
