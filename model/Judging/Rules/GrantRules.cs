using Conformance.Model.Trace;

namespace Conformance.Model.Judging.Rules;

/// <summary>
/// What holds of grants (S1, S2): a reference that was revoked is not mapped, and one under which a back has a ring page is
/// not revoked.
/// </summary>
/// <param name="broken">Is told of each breach.</param>
public sealed class GrantRules(Action<Breach> broken)
{
    private readonly HashSet<(string Owner, string Reference)> revoked = [];
    private readonly Dictionary<string, HashSet<(string Owner, string Reference)>> rings = [];

    /// <summary>Takes the next step of the trace.</summary>
    public void Take(TraceEvent step)
    {
        ArgumentNullException.ThrowIfNull(step);
        switch (step.Step.Split('.')[0])
        {
            case HypervisorStep.Grant when step.Result == "OK":
                revoked.Remove((step.Actor, step.Object));
                break;
            case HypervisorStep.Revoke when step.Result == "OK":
                Revoke((step.Actor, step.Object));
                break;
            case HypervisorStep.Map when step.Result == "Okay" && revoked.Contains(($"dom{step.Find("of")}", step.Object)):
                broken(new Breach("GT-022", Blame.Hypervisor, $"no page under reference {step.Object} of domain {step.Find("of")}, which was revoked", $"mapped by {step.Actor}"));
                break;
            case BackStep.MapRing when step.Result == "OK":
                TakeRing(step);
                break;
            case BackStep.MapRing or BackStep.BindPort or BackStep.StartWorker or BackStep.PublishMedium or BackStep.Connected when step.Result != "OK":
                // An attach that fails is undone, page by page.
                rings.Remove(step.Actor);
                break;
            case BackStep.Drain or BackStep.Unmap or BackStep.SeeDirectory:
                // A driver says that it has unmapped after the last page; the first may be gone when nothing is under way any more.
                rings.Remove(step.Actor);
                break;
            case StepCode.DomainDeath:
                Forget($"dom{step.Object}");
                break;
            case HypervisorStep.EndDrivers:
                Unmap($"dom{step.Object}");
                break;
            case StepCode.DomainShutdown:
                // A domain that is suspended begins with a new table elsewhere.
                Forget($"dom{step.Object}");
                break;
        }

        if (step.Result == StepResult.Dies)
        {
            // The store hears of a death after the fact; what the domain had mapped is free from here on.
            Forget(DevicePath.DomainOf(step.Actor));
        }
    }

    private void Revoke((string Owner, string Reference) entry)
    {
        if (rings.Values.Any(ring => ring.Contains(entry)))
        {
            broken(new Breach("GT-008", Blame.Front, $"reference {entry.Reference} of {entry.Owner} put aside while the back has its page mapped", "revoked"));
        }

        revoked.Add(entry);
    }

    private void TakeRing(TraceEvent step)
    {
        int at = step.Object.LastIndexOf(" ref ", StringComparison.Ordinal);
        if (at >= 0 && DevicePath.TryDirectory(step.Actor, DevicePath.BackDriver, out string directory))
        {
            string[] parts = directory.Split('/');
            if (!rings.TryGetValue(step.Actor, out var ring))
            {
                rings[step.Actor] = ring = [];
            }

            ring.Add(($"dom{parts[6]}", step.Object[(at + 5)..]));
        }
    }

    private void Forget(string domain)
    {
        revoked.RemoveWhere(entry => entry.Owner == domain);
        Unmap(domain);
        foreach (var ring in rings.Values)
        {
            ring.RemoveWhere(entry => entry.Owner == domain);
        }
    }

    /// <summary>The backs in a domain have nothing mapped any more.</summary>
    private void Unmap(string domain)
    {
        foreach (string back in rings.Keys.Where(back => DevicePath.DomainOf(back) == domain).ToArray())
        {
            rings.Remove(back);
        }
    }
}
