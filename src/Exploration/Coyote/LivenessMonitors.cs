using Microsoft.Coyote.Actors;
using Monitor = Microsoft.Coyote.Specifications.Monitor;

namespace Conformance.Exploration.Coyote;

/// <summary>Coyote's monitors of the obligations: hot while one is open. Told only when something changes.</summary>
internal sealed class LivenessMonitors
{
    private bool _isAttaching;
    private bool _isClosing;
    private bool _isBooting;

    internal LivenessMonitors(IActorRuntime runtime)
    {
        runtime.RegisterMonitor<AttachMonitor>();
        runtime.RegisterMonitor<CloseMonitor>();
        runtime.RegisterMonitor<BootMonitor>();
    }

    /// <summary>Tells one of them from outside of all actors.</summary>
    internal static void Tell(IActorRuntime runtime, Type monitor, Monitor.Event message)
    {
        if (monitor == typeof(AttachMonitor))
        {
            runtime.Monitor<AttachMonitor>(message);
        }
        else if (monitor == typeof(CloseMonitor))
        {
            runtime.Monitor<CloseMonitor>(message);
        }
        else
        {
            runtime.Monitor<BootMonitor>(message);
        }
    }

    internal void Tell(Obligations obligations, Action<Type, Monitor.Event> tell)
    {
        Tell(ref _isAttaching, obligations.IsAttaching, typeof(AttachMonitor), tell);
        Tell(ref _isClosing, obligations.IsClosing, typeof(CloseMonitor), tell);
        Tell(ref _isBooting, obligations.IsBooting, typeof(BootMonitor), tell);
    }

    private static void Tell(ref bool was, bool now, Type monitor, Action<Type, Monitor.Event> tell)
    {
        if (was != now)
        {
            was = now;
            tell(monitor, now ? OpenedEvent.Instance : MetEvent.Instance);
        }
    }
}

/// <summary>An obligation is open.</summary>
internal sealed class OpenedEvent : Monitor.Event
{
    internal static readonly OpenedEvent Instance = new();
}

/// <summary>An obligation is met.</summary>
internal sealed class MetEvent : Monitor.Event
{
    internal static readonly MetEvent Instance = new();
}

/// <summary>Hot while an obligation is open.</summary>
internal abstract class ObligationMonitor : Monitor
{
    [Start]
    [Cold]
    [OnEventGotoState(typeof(OpenedEvent), typeof(Open))]
    private sealed class Met : State;

    [Hot]
    [OnEventGotoState(typeof(MetEvent), typeof(Met))]
    private sealed class Open : State;
}

/// <summary>An attach ends connected or released.</summary>
internal sealed class AttachMonitor : ObligationMonitor;

/// <summary>A close completes.</summary>
internal sealed class CloseMonitor : ObligationMonitor;

/// <summary>A boot is let go on.</summary>
internal sealed class BootMonitor : ObligationMonitor;
