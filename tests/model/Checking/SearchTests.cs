using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Conformance.Model.Checking;
using Conformance.Tests.Model.Checking.Published;
using Conformance.Tests.Model.Checking.Toys;

namespace Conformance.Tests.Model.Checking;

/// <summary>How states are kept and counted.</summary>
public sealed class SearchTests
{
    [Fact]
    public void Reports_DoNotDependOnThreads()
    {
        // A walk that reaches 120,000 states over wide levels, with violations at many of them.
        Toy<ulong> Walk() => new(1, (in state, into) =>
        {
            for (byte i = 0; i < 3; i++)
            {
                into.Add(new(i, i), ((state * (ulong)(2 * i + 3)) + i) % 120_011);
            }
        })
        {
            Claims = new()
            {
                Invariants = [new("never a multiple of 997", [], (in state) => state % 997 != 0)],
                Rules = [new("never down by much", [], (in before, step, in after) => before < after + 60_000)],
                Liveness = [new("7 comes again", [], (in state) => state > 100_000, (in state) => state == 7)],
            },
        };

        CheckReport one = new Checker<ulong>(Walk()).Check(new() { Threads = 1 });
        CheckReport two = new Checker<ulong>(Walk()).Check(new() { Threads = 2 });
        CheckReport five = new Checker<ulong>(Walk()).Check(new() { Threads = 5 });

        Assert.True(one.Statistics.Distinct > 100_000);
        Assert.Equal(PropertyVerdict.Broken, one.Properties[0].Verdict);
        Assert.Equal(PropertyVerdict.Broken, one.Properties[1].Verdict);
        Assert.Equal(PropertyVerdict.Broken, one.Properties[2].Verdict);
        Assert.Equal(Text(one), Text(two));
        Assert.Equal(Text(one), Text(five));
    }

    [Fact]
    public void Counts_AreThoseOfAPlainSearch()
    {
        static IEnumerable<ulong> Next(ulong state) => Enumerable.Range(0, 3).Select(i => ((state * (ulong)(i + 2)) + 1) % 65_537);
        var seen = new HashSet<ulong> { 1 };
        var level = new List<ulong> { 1 };
        long generated = 1;
        int depth = 0;
        for (; level.Count > 0; depth++)
        {
            generated += 3 * level.Count;
            level = [.. level.SelectMany(Next).Where(seen.Add)];
        }

        CheckStatistics statistics = new Checker<ulong>(new Toy<ulong>(1, (in state, into) =>
        {
            foreach (ulong next in Next(state))
            {
                into.Add(default, next);
            }
        })).Check(new()).Statistics;

        Assert.Equal((seen.Count, generated, depth), (statistics.Distinct, statistics.Generated, statistics.Depth));
        Assert.Equal((1, 3.0, 3), (statistics.Initial, statistics.MeanOutDegree, statistics.MaxOutDegree));
        Assert.True(statistics.IsExhaustive);
    }

    [Fact]
    public void StateOfSeveralWords_IsComparedInAllOfThem()
    {
        var toy = new Toy<Wide>(default, (in state, into) =>
        {
            for (int i = 0; i < 12; i++)
            {
                Wide next = state;
                next.Cells[i] ^= 1;
                into.Add(new(0, (byte)i), next);
            }
        });

        Assert.Equal(1 << 12, new Checker<Wide>(toy).Check(new()).Statistics.Distinct);
    }

    [Fact]
    public void StateWithPadding_IsRefused()
    {
        string message = Assert.Throws<ArgumentException>(() => new Checker<Padded>(new Toy<Padded>(default, (in state, into) => { }))).Message;

        Assert.Equal("expected a state without padding, got Padded of 16 bytes of which fields use 9; order its fields by size, or name the padding", message);
    }

    [Fact]
    public void StateWithAHoleBetweenStatedOffsets_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new Checker<Holed>(new Toy<Holed>(default, (in state, into) => { })));
    }

    [Fact]
    public void StateOfHalfAWord_IsRefused()
    {
        string message = Assert.Throws<ArgumentException>(() => new Checker<uint>(new Toy<uint>(0, (in state, into) => { }))).Message;

        Assert.StartsWith("expected a state of whole 64-bit words, got UInt32 of 4 bytes", message, StringComparison.Ordinal);
    }

    [Fact]
    public void ExceptionOfAModel_ReachesTheCaller()
    {
        var wrong = new Toy<ulong>(0, (in state, into) =>
        {
            ObjectDisposedException.ThrowIf(state == 5000, typeof(SearchTests));
            into.Add(default, state + 1);
            into.Add(default, state + 2000);
        });

        Assert.Throws<ObjectDisposedException>(() => new Checker<ulong>(wrong).Check(new() { Threads = 2 }));
    }

    [Fact]
    public void Progress_IsTold()
    {
        var told = new List<CheckProgress>();

        new CheckableModel<ulong>("Two-phase commit.", new TwoPhase(8)).Check(new() { Threads = 1 }, new Told(told));

        Assert.NotEmpty(told);
        Assert.All(told.Zip(told.Skip(1)), pair => Assert.True(pair.First.Distinct <= pair.Second.Distinct));
        Assert.All(told, one => Assert.True(one.Waiting >= 0 && one.Generated >= one.Distinct));
    }

    private static string Text(CheckReport report) => string.Join('\n', report.Properties.Select(property =>
        $"{property.Name} {property.Verdict} {property.Counterexample?.LoopsTo} {string.Join(' ', property.Counterexample?.Steps.Select(step => $"{step.Step?.Text}>{step.State[0].Value}") ?? [])}"))
        + (report.Statistics with { Elapsed = default, Memory = 0 });

    private record struct Wide(Row Cells, ulong Last)
    {
        public Row Cells = Cells;
    }

    [InlineArray(16)]
    private struct Row
    {
        private byte _first;
    }

    private record struct Padded(ulong First, byte Second);

    [StructLayout(LayoutKind.Explicit, Size = 8)]
    private struct Holed(uint first, ushort second)
    {
        [FieldOffset(0)]
        public uint First = first;

        [FieldOffset(6)]
        public ushort Second = second;
    }

    private sealed class Told(List<CheckProgress> told) : IProgress<CheckProgress>
    {
        public void Report(CheckProgress value) => told.Add(value);
    }
}
