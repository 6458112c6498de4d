using Conformance.Model.Judging.Tracking;

namespace Conformance.Model.Judging;

/// <summary>
/// What judges that hold traces against the same thing have worked out: in which states a connection may be after what a trace showed of it.
/// It makes no difference to what a judge says, only to what that costs; traces that resemble each other are cheap to judge
/// with one. It grows with what is new in them. Any thread.
/// </summary>
public sealed class JudgeMemory
{
    /// <summary>Makes one that knows nothing.</summary>
    /// <param name="options">What traces are held against; null for every dialect.</param>
    public JudgeMemory(JudgeOptions? options = null)
    {
        options ??= new JudgeOptions();
        Pairs = [.. options.Fronts.SelectMany(front => options.Backs.Select(back => new PairMemory(front, back, options.BackSaysInitialised)))];
    }

    /// <summary>Each pair of dialects.</summary>
    internal IReadOnlyList<PairMemory> Pairs { get; }
}
