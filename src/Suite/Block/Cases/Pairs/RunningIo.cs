using Conformance.Model.Judging;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block.Front;

namespace Conformance.Suite.Block.Cases.Pairs;

/// <summary>Writes that run beside a case, each on sectors of its own.</summary>
internal sealed class RunningIo
{
    private int started;

    /// <summary>How many ended well.</summary>
    public int Succeeded { get; private set; }

    /// <summary>How many ended in any other way.</summary>
    public int Failed { get; private set; }

    /// <summary>What each wrote, by its first sector.</summary>
    public SortedDictionary<ulong, byte[]> Written { get; } = [];

    /// <summary>Starts some writes of 4 KiB in the guest; an end is noted whatever it is.</summary>
    public static RunningIo Start(PairContext c, BlockDisk disk, int count, ulong first = 512)
    {
        var running = new RunningIo();
        for (int i = 0; i < count; i++)
        {
            ulong sector = first + ((ulong)i * 8);
            var data = new byte[4096];
            c.Random.NextBytes(data);
            running.started++;
            c.Guest.Fibers.Start($"write at {sector}", async () =>
            {
                if (await disk.WriteAsync(new Sector512(sector), data) == DiskResult.Ok)
                {
                    running.Succeeded++;
                    running.Written[sector] = data;
                }
                else
                {
                    running.Failed++;
                }
            });
        }

        return running;
    }

    /// <summary>Waits until every write has ended; fails the case for <paramref name="clause"/> when one never does.</summary>
    public async Task JoinAsync(PairContext c, string clause = "BF-039")
    {
        var until = c.Driver.Now + TimeSpan.FromMinutes(20);
        while (Succeeded + Failed < started && c.Driver.Now < until)
        {
            await c.Driver.DelayAsync(TimeSpan.FromSeconds(1));
        }

        int open = started - Succeeded - Failed;
        PairContext.ExpectOf(Blame.Front, clause, open == 0, "every write to end", $"{open} of {started} under way still");
    }
}
