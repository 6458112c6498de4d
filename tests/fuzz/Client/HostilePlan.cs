using Conformance.Model.Protocol.XenStore;
using Conformance.Tests.Fuzz.Machinery;
using FsCheck;

namespace Conformance.Tests.Fuzz.Client;

/// <summary>What a hostile store does to one request.</summary>
internal enum Treatment
{
    /// <summary>A fitting answer.</summary>
    Answer,

    /// <summary>An error with a name, known or not.</summary>
    Fail,

    /// <summary>The right type and number with any payload.</summary>
    Nonsense,

    /// <summary>An answer of another type.</summary>
    OtherType,

    /// <summary>Answers to requests and transactions that nobody made; then the right one.</summary>
    Strays,

    /// <summary>The answer twice.</summary>
    Twice,

    /// <summary>Events before the answer, of all shapes.</summary>
    Events,

    /// <summary>A header that announces too much.</summary>
    Oversized,

    /// <summary>The stream ends in the middle of an answer.</summary>
    Truncated,

    /// <summary>Bytes that are no message, then the end.</summary>
    Noise,

    /// <summary>The stream breaks.</summary>
    Break,
}

/// <summary>What a client asks for, by number, and what the store does to its requests one after the other.</summary>
internal sealed record HostilePlan(int Seed, int Piece, IReadOnlyList<int> Operations, IReadOnlyList<Treatment> Treatments)
{
    private static readonly Treatment[] Mostly =
    [
        Treatment.Answer, Treatment.Answer, Treatment.Answer, Treatment.Answer, Treatment.Fail, Treatment.Nonsense, Treatment.Nonsense,
        Treatment.OtherType, Treatment.Strays, Treatment.Strays, Treatment.Twice, Treatment.Events, Treatment.Events,
    ];

    public static Arbitrary<HostilePlan> Any { get; } = RandomInput.Of(25, Make, Shrink);

    public override string ToString() =>
        $"seed {Seed}, pieces of {Piece}, operations {string.Join(' ', Operations)}, the store does {string.Join(' ', Treatments)}";

    /// <summary>The payload of a fitting answer.</summary>
    public static string Fitting(XsMessageType type, Random random) => type switch
    {
        XsMessageType.Read => "value",
        XsMessageType.Directory => random.Next(4) == 0 ? "" : "a\0b\0",
        XsMessageType.DirectoryPart => random.Next(3) == 0 ? "1\0a\0" : "1\0a\0b\0\0",
        XsMessageType.GetPerms => "n0\0b1\0",
        XsMessageType.TransactionStart => $"{random.Next(1, 4)}\0",
        XsMessageType.IsDomainIntroduced => "T\0",
        XsMessageType.GetDomainPath => "/local/domain/1\0",
        XsMessageType.GetFeature or XsMessageType.GetQuota => "7\0",
        XsMessageType.Control => "text\0",
        _ => "OK\0",
    };

    private static HostilePlan Make(Random random, int length) => new(
        random.Next(),
        random.Pick(1, 3, 17, int.MaxValue),
        [.. Enumerable.Range(0, length).Select(_ => random.Next(ClientOperations.Count))],
        [.. Enumerable.Range(0, 4 * length).Select(_ => random.Next(40) == 0 ? random.Pick(Treatment.Oversized, Treatment.Truncated, Treatment.Noise, Treatment.Break) : random.Pick(Mostly))]);

    private static IEnumerable<HostilePlan> Shrink(HostilePlan plan) =>
        RandomInput.Without(plan.Operations).Select(operations => plan with { Operations = operations })
            .Concat(RandomInput.Without(plan.Treatments).Select(treatments => plan with { Treatments = treatments }));
}
