using System.Collections.Concurrent;

namespace Conformance.Exploration.State;

/// <summary>How objects of one type are looked at, kept and brought back. Made once a type.</summary>
internal sealed class HeapPlan
{
    private static readonly ConcurrentDictionary<Type, HeapPlan> s_plans = [];

    private readonly TypePlan _content;
    private readonly KeepPlan _keeping;

    private readonly Func<object, object, bool> _isSame;

    private HeapPlan(Type type)
    {
        (_content, _keeping) = (TypePlan.For(type), KeepPlan.For(type));
        (Id, HasPartOutside, _isSame) = (_content.Id, _keeping.HasPartOutside, _keeping.IsSame);
    }

    /// <summary>Tells the type from others.</summary>
    internal ulong Id { get; }

    /// <summary>Whether an object may refer to something that is no state and yet must come back with it.</summary>
    internal bool HasRest => _keeping.HasReferences;

    /// <summary>Whether such an object has a part outside the heap, which does not come back with its fields.</summary>
    internal bool HasPartOutside { get; }

    internal static HeapPlan For(Type type) => s_plans.GetOrAdd(type, static type => new HeapPlan(type));

    /// <summary>Reads what is state.</summary>
    internal void ReadState(object target, ContentReader reader) => _content.Visit(target, reader);

    /// <summary>Reads all objects that it refers to.</summary>
    internal void ReadReferences(object target, ContentReader reader) => _keeping.ReadReferences(target, reader);

    /// <summary>A copy that refers to what the object does; null when it never changes.</summary>
    internal object? Keep(object target) => _keeping.Keep(target);

    /// <summary>Whether an object is as it was kept.</summary>
    internal bool IsSame(object target, object kept) => _isSame(target, kept);

    /// <summary>Makes an object what it was when it was kept.</summary>
    internal void Restore(object target, object kept) => _keeping.Restore(target, kept);
}
