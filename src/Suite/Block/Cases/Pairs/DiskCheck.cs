using Conformance.Model.Judging;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block.Front;

namespace Conformance.Suite.Block.Cases.Pairs;

/// <summary>Whether a disk keeps what is written to it.</summary>
internal static class DiskCheck
{
    /// <summary>Writes random bytes, reads them back by requests of other sizes, and looks at the medium itself.</summary>
    /// <param name="c">The case.</param>
    /// <param name="disk">The disk.</param>
    /// <param name="first">First sector.</param>
    /// <param name="length">Bytes; whole device sectors.</param>
    public static async Task ExpectKeepsAsync(PairContext c, BlockDisk disk, Sector512 first, int length)
    {
        var written = new byte[length];
        c.Random.NextBytes(written);
        await ExpectAsync(disk.WriteAsync(first, written), "a write of the whole");
        for (int at = 0, step = (int)disk.SectorSize.Bytes; at < length; at += step, step = Math.Min(step * 3, length))
        {
            step = Math.Min(step, length - at);
            var part = new byte[step];
            await ExpectAsync(disk.ReadAsync(new Sector512(first.Value + ((ulong)at / Sector512.Size)), part), "a read of a part");
            c.Expect("BI-019", written.AsSpan(at, step).SequenceEqual(part), $"the bytes written at {at}", "others");
        }

        var medium = new byte[length];
        c.Medium.Read((long)first.Value * Sector512.Size, medium);
        c.Expect("BI-017", medium.AsSpan().SequenceEqual(written), $"the bytes at byte {first.Value * Sector512.Size} of the medium", "others there");
    }

    /// <summary>Expects an operation to succeed.</summary>
    public static async Task ExpectAsync(ValueTask<DiskResult> operation, string what)
    {
        var result = await operation;
        PairContext.ExpectOf(Blame.Front, "RG-025", result == DiskResult.Ok, $"{what} to succeed", $"{result}");
    }
}
