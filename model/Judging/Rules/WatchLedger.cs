using Conformance.Model.Trace;

namespace Conformance.Model.Judging.Rules;

/// <summary>The watches that every client of the store has, as they follow from the store's steps in a trace.</summary>
public sealed class WatchLedger
{
    private readonly HashSet<(string Client, string Path, string Token)> watches = [];

    /// <summary>The watches on paths that a test picks.</summary>
    public IReadOnlyList<(string Client, string Path)> On(Func<string, bool> isPicked) =>
        [.. watches.Where(watch => isPicked(watch.Path)).Select(watch => (watch.Client, watch.Path)).Order()];

    /// <summary>Takes the next step of the trace.</summary>
    public void Take(TraceEvent step)
    {
        ArgumentNullException.ThrowIfNull(step);
        switch (step.Step)
        {
            case StepCode.Watch when step.Result == "OK":
                watches.Add((step.Actor, step.Object, step.Find("token") ?? string.Empty));
                break;
            case StepCode.Unwatch when step.Result == "OK":
                watches.Remove((step.Actor, step.Object, step.Find("token") ?? string.Empty));
                break;
            case StepCode.Reset or StepCode.Disconnect:
                string gone = step.Find("to") ?? step.Actor;
                watches.RemoveWhere(watch => watch.Client == gone);
                break;
            case StepCode.DomainDeath:
                watches.RemoveWhere(watch => watch.Client == $"dom{step.Object}");
                break;
        }
    }
}
