using Conformance.Model.Judging.Rules;
using Conformance.Model.Protocol.XenBus;
using Conformance.Model.Trace;

namespace Conformance.Model.Judging;

/// <summary>Which steps of a trace say something about a connection.</summary>
internal static class Relevance
{
    /// <summary>Why a step is not judged; null if it is.</summary>
    public static string? ReasonToIgnore(TraceEvent step, DeviceNodes nodes)
    {
        if (DriverOf(step.Actor) is not null)
        {
            return null;
        }

        switch (step.Step)
        {
            case StepCode.Write or StepCode.Remove or StepCode.TransactionWrite or StepCode.Read:
                return OfStore(step, nodes);
            case StepCode.DomainDeath or StepCode.DomainShutdown or StepCode.Reset or HypervisorStep.Grant or HypervisorStep.Revoke or HypervisorStep.Map or HypervisorStep.Unmap or HypervisorStep.EndDrivers:
                return null;
            case StepCode.TransactionEnd or StepCode.TransactionStart:
                return null;
            case StepCode.TransactionRead:
                return "looks inside a transaction";
            case StepCode.Unwatch when DevicePath.TrySplit(step.Object, out _, out string name) && name == "state":
                return null;
            case StepCode.Watch or StepCode.Unwatch or StepCode.Enqueue or StepCode.Deliver or StepCode.Drop:
                return "watches and their events: a spurious or a merged one is allowed";
            case HypervisorStep.AllocatePort or HypervisorStep.BindPort or HypervisorStep.ClosePort or HypervisorStep.Send or HypervisorStep.Upcall or HypervisorStep.Copy:
                return "ports and copies: the drivers' own steps tell";
            default:
                return "no step of a block device's connection";
        }
    }

    /// <summary>The directory of the driver that an actor is; null if it is none of a block device.</summary>
    public static string? DriverOf(string actor) =>
        DevicePath.TryDirectory(actor, DevicePath.FrontDriver, out string front) ? front
        : DevicePath.TryDirectory(actor, DevicePath.BackDriver, out string back) ? back
        : null;

    /// <summary>Whether a path is below the error directory of a device.</summary>
    public static bool IsErrorOf(string path, string directory) =>
        path.StartsWith(ErrorNode.DirectoryOf(directory), StringComparison.Ordinal);

    /// <summary>The directories of devices that a step, or a breach by it, is about.</summary>
    public static IEnumerable<string> DirectoriesOf(TraceEvent step, Breach breach)
    {
        if (DriverOf(step.Actor) is { } driver)
        {
            yield return driver;
        }

        foreach (string word in step.Object.Split(' ').Concat(breach.Expected.Split(' ', ',')))
        {
            if (DevicePath.TrySplit(word, out string directory, out _))
            {
                yield return directory;
            }
        }
    }

    private static string? OfStore(TraceEvent step, DeviceNodes nodes)
    {
        if (!DevicePath.TrySplit(step.Object, out string directory, out string name))
        {
            return step.Object.Contains("/error/", StringComparison.Ordinal) ? null : "nodes outside the directories of block devices";
        }

        bool isChange = step.Step != StepCode.Read;
        return nodes.IsWhole(directory) || (isChange && (name is "frontend" or "backend" || step.Step == StepCode.TransactionWrite))
            ? null
            : "a device whose beginning is not in the trace";
    }
}
