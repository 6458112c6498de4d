using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Fibers;

namespace Conformance.Tests.Unit.Block.Pairs;

/// <summary>Runs front and back against each other on a medium in memory.</summary>
internal static class DiskRun
{
    public const string Medium = "/media/disk";

    /// <summary>Runs in real time.</summary>
    public static void InRealTime(BlockMachineOptions options, Func<BlockMachine, ValueTask> body)
    {
        var driver = new LoopDriver();
        driver.Run(() => BodyAsync(driver, options, body));
    }

    /// <summary>Runs in several orders of the same steps.</summary>
    public static void InSteps(BlockMachineOptions options, Func<BlockMachine, ValueTask> body, params ulong[] seeds)
    {
        foreach (ulong seed in seeds)
        {
            var driver = new SteppedDriver(new SeededChoices(seed));
            try
            {
                driver.Run(() => BodyAsync(driver, options, body), most: 3_000_000);
            }
            catch (Exception failure) when (failure is FiberFailedException or StandstillException)
            {
                throw new InvalidOperationException($"seed {seed}: {failure.Message}\n{failure.InnerException}", failure);
            }
        }
    }

    /// <summary>Writes a pattern all over the disk in pieces of several sizes, reads it back whole and compares.</summary>
    public static async ValueTask ExpectDataAsync(BlockDisk disk, int seed, int bytes)
    {
        var data = new byte[bytes];
        new Random(seed).NextBytes(data);
        int step = Sector512.Size;
        for (int at = 0; at < bytes;)
        {
            int length = Math.Min(bytes - at, step);
            Assert.Equal(DiskResult.Ok, await disk.WriteAsync(Sector(at), data.AsMemory(at, length)));
            at += length;
            step = Math.Min(step * 2, 1 << 18);
            step = Math.Max(step, (int)disk.SectorSize.Bytes);
        }

        var read = new byte[bytes];
        Assert.Equal(DiskResult.Ok, await disk.ReadAsync(Sector(0), read));
        Assert.True(data.AsSpan().SequenceEqual(read), "expected what was written, got something else");
    }

    public static Sector512 Sector(int bytes) => new((ulong)bytes / Sector512.Size);

    private static async ValueTask BodyAsync(FiberDriver driver, BlockMachineOptions options, Func<BlockMachine, ValueTask> body)
    {
        var machine = await BlockMachine.BuildAsync(driver, options);
        machine.Media.Add(Medium, new MemoryMedium(Medium, new SectorCount512(4096)));
        await machine.StartAsync();
        await body(machine);
    }
}
