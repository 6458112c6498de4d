using Conformance.Model.Trace;

namespace Conformance.Model.Judging.Rules;

/// <summary>
/// What becomes of requests (S3): each that a back takes it answers at most once, and exactly once while the ring lives;
/// each that a front puts on a ring ends exactly once, whatever becomes of the ring.
/// </summary>
public sealed class RequestRules(Action<Breach> broken)
{
    private readonly Dictionary<(string Back, int Generation), Dictionary<string, int>> taken = [];
    private readonly Dictionary<string, HashSet<string>> queued = [];

    /// <summary>Domains that stopped once: what became of their requests then is not in a trace.</summary>
    private readonly HashSet<string> stopped = [];

    /// <summary>Takes a step of a driver.</summary>
    public void Take(TraceEvent step)
    {
        ArgumentNullException.ThrowIfNull(step);
        switch (step.Step)
        {
            case IoStep.Consume when IsRequest(step):
                var open = OpenOf(step);
                open[step.Object] = open.GetValueOrDefault(step.Object) + 1;
                break;
            case IoStep.Answer when IsRequest(step):
                Answer(step);
                break;
            case BackStep.Unmap:
                taken.Remove((step.Actor, step.Generation));
                break;
            case FrontStep.Recover or FrontStep.Commit:
                // What was outstanding is issued again, under whatever id (RS-005).
                queued.Remove(step.Actor);
                break;
            case IoStep.Queue when IsRequest(step):
                if (!QueuedOf(step).Add(step.Object))
                {
                    broken(new Breach("BF-004", Blame.Front, "an id that no outstanding request has", $"{step.Object} of {step.Actor} twice"));
                }

                break;
            case IoStep.Done when IsRequest(step):
                if (!QueuedOf(step).Remove(step.Object))
                {
                    broken(new Breach("BF-005", Blame.Front, "the end of a request that is outstanding", $"{step.Object} of {step.Actor} ended again"));
                }

                break;
            case StepCode.DomainDeath:
                Forget($"dom{step.Object}/");
                break;
            case StepCode.DomainShutdown:
                stopped.Add($"dom{step.Object}/");
                break;
        }
    }

    /// <summary>Everything has come to rest: what is owed still?</summary>
    public void Rest()
    {
        foreach (var (back, open) in taken.Where(pair => pair.Value.Values.Any(count => count > 0)))
        {
            broken(new Breach("RG-025", Blame.Back, $"every request that {back.Back} took to be answered", string.Join(", ", open.Where(request => request.Value > 0).Select(request => request.Key))));
        }

        foreach (var (front, open) in queued.Where(pair => pair.Value.Count > 0 && !stopped.Any(domain => pair.Key.StartsWith(domain, StringComparison.Ordinal))))
        {
            broken(new Breach("BF-039", Blame.Front, $"every request of {front} to end", string.Join(", ", open)));
        }
    }

    private static bool IsRequest(TraceEvent step) => step.Object.Contains(" request ", StringComparison.Ordinal);

    private Dictionary<string, int> OpenOf(TraceEvent step) =>
        taken.TryGetValue((step.Actor, step.Generation), out var open) ? open : taken[(step.Actor, step.Generation)] = [];

    private HashSet<string> QueuedOf(TraceEvent step) =>
        queued.TryGetValue(step.Actor, out var open) ? open : queued[step.Actor] = [];

    private void Answer(TraceEvent step)
    {
        var open = OpenOf(step);
        if (open.GetValueOrDefault(step.Object) == 0)
        {
            broken(new Breach("RG-025", Blame.Back, "one answer to each request", $"{step.Object} of {step.Actor} answered again"));
            return;
        }

        open[step.Object]--;
    }

    private void Forget(string domain)
    {
        foreach (var back in taken.Keys.Where(key => key.Back.StartsWith(domain, StringComparison.Ordinal)).ToArray())
        {
            taken.Remove(back);
        }

        foreach (string front in queued.Keys.Where(key => key.StartsWith(domain, StringComparison.Ordinal)).ToArray())
        {
            queued.Remove(front);
        }
    }
}
