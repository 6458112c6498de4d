using System.Collections.Frozen;
using Conformance.Model.Trace;

namespace Conformance.Cli.Demo;

/// <summary>The steps of a connection in words.</summary>
internal static class StepWords
{
    private static readonly FrozenDictionary<string, string> Words = new Dictionary<string, string>
    {
        [FrontStep.See] = "sees its directory",
        [FrontStep.Resolve] = "finds its back",
        [FrontStep.WatchPeer] = "watches the back's state",
        [FrontStep.SeeInitWait] = "sees that the back waits",
        [FrontStep.ReadLimits] = "reads what the back offers",
        [FrontStep.GrantRingPage] = "allocates and grants ring page",
        [FrontStep.AllocatePort] = "allocates the event channel of queue",
        [FrontStep.Publish] = "publishes ring references, port, protocol, limits",
        [FrontStep.Commit] = "commits: Initialised",
        [FrontStep.ReadMedium] = "reads size and features of the medium",
        [FrontStep.Connect] = "is connected",
        [FrontStep.Announce] = "announces the disk",
        [FrontStep.StartIo] = "starts what was queued",
        [FrontStep.BeginClose] = "begins to close",
        [FrontStep.CheckUsers] = "looks whether somebody uses the disk",
        [FrontStep.StopQueues] = "stops its queues, takes the disk away",
        [FrontStep.Close] = "is closed",
        [FrontStep.Release] = "closes the event channel, revokes its grants",
        [FrontStep.Renew] = "begins anew",
        [FrontStep.Recover] = "issues again what was outstanding",
        [BackStep.SeeDirectory] = "sees its directory",
        [BackStep.FindFront] = "finds its front",
        [BackStep.PublishLimits] = "publishes limits and features",
        [BackStep.WatchMedium] = "watches for its medium",
        [BackStep.OpenMedium] = "opens the medium",
        [BackStep.InitWait] = "waits for the front: InitWait",
        [BackStep.WatchFront] = "watches the front's state",
        [BackStep.ReadFront] = "reads what the front published",
        [BackStep.MapRing] = "maps ring page",
        [BackStep.BindPort] = "binds the event channel of queue",
        [BackStep.StartWorker] = "starts the worker of queue",
        [BackStep.PublishMedium] = "publishes size and late features",
        [BackStep.Connected] = "is connected",
        [BackStep.Closing] = "begins to close",
        [BackStep.ClosePort] = "closes the event channel",
        [BackStep.Drain] = "waits for requests under way",
        [BackStep.Unmap] = "unmaps data and ring",
        [BackStep.Closed] = "is closed",
        [BackStep.DecideOnline] = "looks whether it is still wanted",
        [BackStep.InitWaitAgain] = "waits for the front again",
    }.ToFrozenDictionary();

    /// <summary>A step's words, and the number of the like steps it is one of; null for steps that are not of a connection.</summary>
    public static (string Words, int? Index)? Of(string step)
    {
        int dot = step.IndexOf('.', StringComparison.Ordinal);
        string code = dot < 0 ? step : step[..dot];
        return Words.TryGetValue(code, out string? words)
            ? (words, dot >= 0 && int.TryParse(step.AsSpan(dot + 1), out int index) ? index : null)
            : null;
    }
}
