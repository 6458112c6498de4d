namespace Conformance.Exploration.State;

/// <summary>
/// Copies a run that stands between two steps: every object that it reaches, private fields and suspended async methods
/// included, so that the copy goes on from there by itself. What cannot change, or belongs to the runtime, is shared. One
/// thread at a time; several copiers may copy the same run at once, as long as it stands.
/// </summary>
internal sealed class HeapCopier
{
    private readonly TypeTable<CopyPlan> _plans = new(CopyPlan.For);
    private readonly ObjectNumbers _numbers = new();
    private readonly List<object> _copies = [];
    private readonly Stack<(object Copy, CopyPlan Plan)> _unfinished = new();

    /// <summary>A copy of an object and of everything that it reaches.</summary>
    /// <exception cref="NotSupportedException">Something in it cannot be copied.</exception>
    internal T Copy<T>(T root)
        where T : class
    {
        _numbers.Clear();
        _copies.Clear();
        var copy = (T)Map(root)!;
        while (_unfinished.TryPop(out var next))
        {
            next.Plan.Finish(next.Copy, this);
        }

        return copy;
    }

    /// <summary>The copy of an object; the object itself where it is shared.</summary>
    internal object? Map(object? original)
    {
        if (original is null or string)
        {
            return original;
        }

        var plan = _plans.Of(original.GetType());
        if (plan.IsShared(original))
        {
            return original;
        }

        int number = _numbers.Of(original, out bool isNew);
        if (!isNew)
        {
            return _copies[number];
        }

        object copy = plan.Begin(original);
        _copies.Add(copy);
        if (plan.HasReferences)
        {
            _unfinished.Push((copy, plan));
        }

        return copy;
    }

    /// <summary>Replaces what a field refers to by its copy. For generated code.</summary>
    internal static void Fix(ref object? field, HeapCopier copier)
    {
        if (field is not null)
        {
            field = copier.Map(field);
        }
    }
}
