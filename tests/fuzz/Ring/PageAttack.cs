using System.Globalization;
using Conformance.Model.Protocol.XenStore;
using Conformance.Tests.Fuzz.Machinery;
using FsCheck;

namespace Conformance.Tests.Fuzz.Ring;

/// <summary>A write by the guest just before one of the store's steps on the page.</summary>
/// <param name="Step">Which step, from 0.</param>
/// <param name="Offset">Where in the page.</param>
/// <param name="Value">What is written, or added to what is there.</param>
/// <param name="IsWord">A word, or its lowest byte alone.</param>
/// <param name="Adds">Whether the value is added, so that counters stay plausible.</param>
internal sealed record PageWrite(int Step, int Offset, uint Value, bool IsWord, bool Adds)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"before step {Step}: {(IsWord ? "word" : "byte")} at {Offset} {(Adds ? "+=" : "=")} 0x{Value:X}");
}

/// <summary>All writes of a guest that attacks its page.</summary>
internal sealed record PageAttack(IReadOnlyList<PageWrite> Writes)
{
    /// <summary>How many of the store's steps are attacked at most.</summary>
    public const int Steps = 300;

    private static readonly int[] Words =
    [
        XsInterfacePage.RequestConsumer, XsInterfacePage.RequestProducer, XsInterfacePage.ResponseConsumer, XsInterfacePage.ResponseProducer,
        XsInterfacePage.ServerFeatures, XsInterfacePage.Connection, XsInterfacePage.Error, XsInterfacePage.EventChannelPort,
    ];

    public static Arbitrary<PageAttack> Any { get; } = RandomInput.Of(
        60,
        (random, length) => new PageAttack([.. Enumerable.Range(0, length).SelectMany(_ => Several(random)).OrderBy(write => write.Step)]),
        attack => RandomInput.Without(attack.Writes).Select(writes => new PageAttack(writes)));

    public override string ToString() => string.Join("\n  ", Writes);

    private static IEnumerable<PageWrite> Several(Random random)
    {
        int step = random.Next(Steps);
        switch (random.Next(10))
        {
            case 0:
                yield return new PageWrite(step, random.Pick(Words), (uint)random.NextInt64(1L << 32), true, false);
                break;
            case 1:
                yield return new PageWrite(step, random.Next(XsInterfacePage.Size), (uint)random.Next(256), false, false);
                break;
            case 2:
                yield return new PageWrite(step, random.Pick(Words) + random.Next(4), (uint)random.Next(256), false, true);
                break;
            case 3:
                yield return new PageWrite(step, XsInterfacePage.Connection, (uint)random.Next(3), true, false);
                break;
            case 4:
                yield return new PageWrite(step, random.Pick(XsInterfacePage.RequestProducer, XsInterfacePage.ResponseConsumer), (uint)random.Pick(1024, 1025, -1, 1), true, true);
                break;
            default:
                // A request that looks right, wherever it comes to lie, and more of the queue.
                uint[] words = [(uint)random.Next(28), 1, (uint)random.Next(3), (uint)random.Pick(2, 4, 40, 4096, 4097), 0x0061_0061, 0];
                int start = 4 * random.Next(XsInterfacePage.RingSize / 4);
                for (int i = 0; i < words.Length; i++)
                {
                    yield return new PageWrite(step, (start + (4 * i)) % XsInterfacePage.RingSize, words[i], true, false);
                }

                yield return new PageWrite(step, XsInterfacePage.RequestProducer, (uint)random.Next(1, 200), true, true);
                yield return new PageWrite(step, XsInterfacePage.ResponseConsumer, (uint)random.Next(20), true, true);
                break;
        }
    }
}
