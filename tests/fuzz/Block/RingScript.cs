using System.Globalization;
using Conformance.Tests.Fuzz.Machinery;
using FsCheck;

namespace Conformance.Tests.Fuzz.Block;

internal enum RingMove
{
    PeerSetsProducer,
    PeerSetsEvent,
    Sample,
    Take,
    Put,
    Push,
    FinalCheck,
}

/// <summary>One thing that an end or its peer does; the value is a distance or a number of entries.</summary>
internal readonly record struct RingAction(RingMove Move, int Value)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Move} {Value}");
}

/// <summary>What an end does with its ring, and a peer that sets its words to anything.</summary>
internal sealed record RingScript(uint First, int EntrySize, IReadOnlyList<RingAction> Actions)
{
    public static Arbitrary<RingScript> Any { get; } = RandomInput.Of(
        120,
        (random, length) => new RingScript(
            random.Pick(0u, uint.MaxValue, uint.MaxValue - 20, 0x7FFFFFF0u, (uint)random.Next()),
            random.Pick(8, 108, 112, 1000),
            [.. Enumerable.Range(0, length).Select(_ => Any1(random))]),
        script => RandomInput.Without(script.Actions).Select(actions => script with { Actions = actions }));

    public override string ToString() => $"from {First}, entries of {EntrySize} bytes: {string.Join(", ", Actions)}";

    private static RingAction Any1(Random random)
    {
        var move = random.Pick(Enum.GetValues<RingMove>());
        int value = move switch
        {
            // Mostly something an honest peer would do, so that scripts get somewhere.
            RingMove.PeerSetsProducer => random.Next(12) == 0 ? random.Pick(-1, -2, 512, 513, int.MinValue, int.MaxValue, random.Next()) : random.Next(0, 6),
            RingMove.PeerSetsEvent => random.Next(6) == 0 ? random.Next() : random.Next(-2, 8),
            RingMove.Take => random.Next(12) == 0 ? random.Pick(0, -1, 600, 40) : random.Next(1, 4),
            _ => random.Next(1, 5),
        };
        return new(move, value);
    }
}
