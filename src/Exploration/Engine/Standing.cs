namespace Conformance.Exploration.Engine;

/// <summary>
/// A run that stands still at a branch, to be copied by whoever goes on from there; the last one takes the run itself.
/// Whoever may still need it holds it.
/// </summary>
/// <param name="run">The run; nobody takes a step of it while others hold it.</param>
/// <param name="at">What led to where it stands.</param>
internal sealed class Standing(Run run, Moment at)
{
    private int _holders;

    internal Run Run => run;

    internal Moment At => at;

    /// <summary>Whether nobody but the one who asks holds it. It stays so, as only a holder lets others hold it.</summary>
    internal bool HasOneHolder => Volatile.Read(ref _holders) == 1;

    internal Standing Hold()
    {
        Interlocked.Increment(ref _holders);
        return this;
    }

    /// <returns>Whether nobody holds it any more.</returns>
    internal bool Leave() => Interlocked.Decrement(ref _holders) == 0;
}
