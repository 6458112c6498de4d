namespace Conformance.Reference.Fibers;

/// <summary>Takes the decisions of a run. The same decisions give the same run.</summary>
public interface IChoices
{
    /// <summary>Chooses one of several.</summary>
    /// <param name="what">What is decided: the next fiber, or what <see cref="FiberDriver.Choose"/> was asked.</param>
    /// <param name="count">How many there are to choose from, at least one.</param>
    /// <returns>From 0 up to, but without, <paramref name="count"/>.</returns>
    int Choose(string what, int count);
}

/// <summary>Chances from a seed (SplitMix64), the same on every machine.</summary>
public sealed class SeededChoices : IChoices
{
    private ulong _state;

    /// <summary>Begins a row of decisions.</summary>
    public SeededChoices(ulong seed) => _state = seed;

    /// <inheritdoc/>
    public int Choose(string what, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (count == 1)
        {
            return 0;
        }

        ulong mixed = _state += 0x9E37_79B9_7F4A_7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
        mixed ^= mixed >> 31;
        return (int)((UInt128)mixed * (uint)count >> 64);
    }
}
