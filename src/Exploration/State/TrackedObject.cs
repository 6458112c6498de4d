namespace Conformance.Exploration.State;

/// <summary>An object of a run, with what was last seen of it.</summary>
internal sealed class TrackedObject(object target, HeapPlan plan)
{
    internal object Target => target;

    internal HeapPlan Plan => plan;

    /// <summary>What was last seen of it; null while nobody looked.</summary>
    internal ObjectVersion? Last { get; set; }

    /// <summary>The look at the whole run that met it last.</summary>
    internal int Round { get; set; }

    /// <summary>Its number in that look.</summary>
    internal int Number { get; set; }

    /// <summary>Serves to find one object twice among those that another refers to.</summary>
    internal int Stamp { get; set; }
}

/// <summary>What was seen of an object at some time. It does not change.</summary>
/// <param name="tracked">The object.</param>
/// <param name="kept">A copy of it alone, which refers to what it did; null when the object never changes.</param>
/// <param name="content">The hash of its type and its own values.</param>
/// <param name="state">The objects that it refers to and that are state, in order.</param>
/// <param name="rest">The other objects that it refers to.</param>
/// <param name="labels">The labels it held, in order.</param>
internal sealed class ObjectVersion(TrackedObject tracked, object? kept, StateKey content, TrackedObject[] state, TrackedObject[] rest, ulong[] labels)
{
    internal TrackedObject Tracked => tracked;

    internal object? Kept => kept;

    internal StateKey Content => content;

    internal TrackedObject[] State => state;

    internal TrackedObject[] Rest => rest;

    internal ulong[] Labels => labels;
}

/// <summary>
/// A run as it was at some time: all its objects, each as it was seen then. Whoever may still want to bring it back holds it.
/// </summary>
internal sealed class HeapVersion(ObjectVersion[] objects)
{
    private int _holders;

    internal ObjectVersion[] Objects => objects;

    internal bool IsHeld => Volatile.Read(ref _holders) > 0;

    internal void Hold() => Interlocked.Increment(ref _holders);

    internal void Leave() => Interlocked.Decrement(ref _holders);
}
