using FsCheck;
using FsCheck.Fluent;

namespace Conformance.Tests.Fuzz.Machinery;

/// <summary>Input that is made from a seed by plain code, which is faster than combinators, and shrinks by leaving parts out.</summary>
internal static class RandomInput
{
    /// <summary>Values of up to <paramref name="most"/> parts; <paramref name="shrink"/> gives smaller ones.</summary>
    public static Arbitrary<T> Of<T>(int most, Func<Random, int, T> make, Func<T, IEnumerable<T>> shrink) => Arb.From(
        from seed in Gen.Choose(0, int.MaxValue)
        from length in Gen.Choose(1, most)
        select make(new Random(seed), length),
        shrink);

    /// <summary>The list without a half, a quarter, and so on to single parts.</summary>
    public static IEnumerable<IReadOnlyList<T>> Without<T>(IReadOnlyList<T> parts)
    {
        for (int size = parts.Count / 2; size >= 1; size /= 2)
        {
            for (int start = 0; start + size <= parts.Count; start += size)
            {
                yield return [.. parts.Take(start), .. parts.Skip(start + size)];
            }
        }
    }

    public static T Pick<T>(this Random random, params T[] choices) => choices[random.Next(choices.Length)];

    /// <summary>True if nothing is wrong; what is wrong, or what was thrown, is the label of the failure.</summary>
    public static Property Check(Func<string?> findWrong)
    {
        string? wrong;
        try
        {
            wrong = findWrong();
        }
        catch (Exception exception)
        {
            wrong = exception.ToString();
        }

        return (wrong is null).Label(wrong ?? "");
    }
}
