using System.Diagnostics;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;

namespace Conformance.Benchmarks.Block;

/// <summary>What one measurement gives.</summary>
/// <param name="Nanoseconds">Time for each request.</param>
/// <param name="AllocatedBytes">Memory allocated for each request.</param>
internal readonly record struct Cost(double Nanoseconds, double AllocatedBytes);

/// <summary>Requests of one size through front, ring, back and medium, on one thread; and the same bytes without them.</summary>
internal sealed class RingPathRun(string medium, bool isFile, int mediumBytes)
{
    /// <summary>Costs of <paramref name="requests"/> requests after as many to warm up.</summary>
    public Cost Measure(RingPathSetup setup, bool isWrite, int size, int requests)
    {
        var cost = default(Cost);
        var driver = new LoopDriver();
        driver.Run(async () =>
        {
            var machine = await BlockMachine.BuildAsync(driver, setup.Options);
            if (!isFile)
            {
                machine.Media.Add(medium, Filled());
            }

            await machine.StartAsync();
            var disk = await machine.AttachAsync(machine.Disk(51712, medium));
            int depth = Math.Clamp(setup.RequestsInFlight, 1, Math.Max(1, mediumBytes / 2 / size));
            var buffers = new DiskBuffer[depth];
            for (int i = 0; i < depth; i++)
            {
                buffers[i] = await BufferAsync(machine, size);
            }

            await PassAsync(machine, disk, buffers, isWrite, requests);
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            await PassAsync(machine, disk, buffers, isWrite, requests);
            double elapsed = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
            cost = new Cost(elapsed / requests, (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)requests);
            if (!await machine.Tools.RemoveAsync(machine.Disk(51712, medium)))
            {
                throw new InvalidOperationException("expected a disk that can be removed, got one that stays");
            }
        });
        return cost;
    }

    /// <summary>The same bytes copied between memory of the same extent, without anything else.</summary>
    public Cost MeasureCopy(bool isWrite, int size, int depth, int requests)
    {
        byte[] there = new byte[mediumBytes];
        Array.Fill(there, (byte)1);
        byte[][] here = [.. Enumerable.Range(0, Math.Clamp(depth, 1, Math.Max(1, mediumBytes / 2 / size))).Select(_ => new byte[size])];
        Copy(isWrite, size, requests, there, here);
        long start = Stopwatch.GetTimestamp();
        Copy(isWrite, size, requests, there, here);
        return new Cost(Stopwatch.GetElapsedTime(start).TotalNanoseconds / requests, 0);
    }

    /// <summary>The same bytes by plain file operations.</summary>
    public Cost MeasureFile(bool isWrite, int size, int requests)
    {
        using var file = File.OpenHandle(medium, FileMode.Open, FileAccess.ReadWrite);
        byte[] buffer = new byte[size];
        Transfer(file, buffer, isWrite, requests);
        long start = Stopwatch.GetTimestamp();
        Transfer(file, buffer, isWrite, requests);
        return new Cost(Stopwatch.GetElapsedTime(start).TotalNanoseconds / requests, 0);
    }

    /// <summary>A medium that was written all over: one that was not has no bytes to copy.</summary>
    private MemoryMedium Filled()
    {
        var filled = new MemoryMedium(medium, SectorCount512.FromBytes(mediumBytes));
        byte[] bytes = new byte[1 << 20];
        Array.Fill(bytes, (byte)1);
        for (int at = 0; at < mediumBytes; at += bytes.Length)
        {
            filled.Write(at, bytes);
        }

        return filled;
    }

    private static async ValueTask<DiskBuffer> BufferAsync(BlockMachine machine, int size)
    {
        var pages = new IOwnPage[(size + BlkifLimits.FrameSize - 1) / BlkifLimits.FrameSize];
        for (int i = 0; i < pages.Length; i++)
        {
            pages[i] = await machine.Guest.Memory.AllocateAsync() ?? throw new InvalidOperationException("expected a page, got none");
        }

        return new DiskBuffer(pages, 0, size);
    }

    /// <summary>Each buffer has its own fiber, which keeps one request under way.</summary>
    private async ValueTask PassAsync(BlockMachine machine, BlockDisk disk, DiskBuffer[] buffers, bool isWrite, int requests)
    {
        int left = requests;
        int slots = mediumBytes / buffers[0].Length;
        var users = new Fiber[buffers.Length];
        for (int i = 0; i < buffers.Length; i++)
        {
            var buffer = buffers[i];
            users[i] = machine.Guest.Fibers.Start("user", async () =>
            {
                while (left > 0)
                {
                    left--;
                    var sector = new Sector512((ulong)SlotOf(left, slots) * (ulong)(buffer.Length / Sector512.Size));
                    var result = isWrite ? await disk.WriteAsync(sector, buffer) : await disk.ReadAsync(sector, buffer);
                    if (result != DiskResult.Ok)
                    {
                        throw new InvalidOperationException($"expected requests that succeed, got {result}");
                    }
                }
            });
        }

        foreach (var user in users)
        {
            await user.JoinAsync();
        }
    }

    /// <summary>All over the medium, so that what the caches hold is not what is asked for.</summary>
    private static int SlotOf(int request, int slots) => (int)((uint)request * 40_503u % (uint)slots);

    private void Copy(bool isWrite, int size, int requests, byte[] there, byte[][] here)
    {
        int slots = mediumBytes / size;
        for (int i = 0; i < requests; i++)
        {
            var away = there.AsSpan(SlotOf(i, slots) * size, size);
            var own = here[i % here.Length].AsSpan();
            (isWrite ? own : away).CopyTo(isWrite ? away : own);
        }
    }

    private void Transfer(Microsoft.Win32.SafeHandles.SafeFileHandle file, byte[] buffer, bool isWrite, int requests)
    {
        int slots = mediumBytes / buffer.Length;
        for (int i = 0; i < requests; i++)
        {
            long position = (long)SlotOf(i, slots) * buffer.Length;
            if (isWrite)
            {
                RandomAccess.Write(file, buffer, position);
            }
            else
            {
                RandomAccess.Read(file, buffer, position);
            }
        }
    }
}
