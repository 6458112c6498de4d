using Conformance.Model.Trace;

namespace Conformance.Suite.Block.Rules;

/// <summary>The watches that every client of the store has, as they follow from the store's steps in a trace.</summary>
internal sealed class WatchLedger
{
    private readonly HashSet<(string Client, string Path, string Token)> watches = [];

    /// <summary>The watches on paths that a test picks.</summary>
    internal IReadOnlyList<(string Client, string Path)> On(Func<string, bool> isPicked) =>
        [.. watches.Where(watch => isPicked(watch.Path)).Select(watch => (watch.Client, watch.Path)).Order()];

    /// <summary>Takes the next step of the trace.</summary>
    internal void Take(TraceEvent step)
    {
        switch (step.Step)
        {
            case StepCode.Watch when step.Result == "OK":
                watches.Add((step.Actor, step.Object, DeviceNodes.Argument(step, "token") ?? string.Empty));
                break;
            case StepCode.Unwatch when step.Result == "OK":
                watches.Remove((step.Actor, step.Object, DeviceNodes.Argument(step, "token") ?? string.Empty));
                break;
            case StepCode.Reset or StepCode.Disconnect:
                string gone = DeviceNodes.Argument(step, "to") ?? step.Actor;
                watches.RemoveWhere(watch => watch.Client == gone);
                break;
            case StepCode.DomainDeath:
                watches.RemoveWhere(watch => watch.Client == $"dom{step.Object}");
                break;
        }
    }
}
