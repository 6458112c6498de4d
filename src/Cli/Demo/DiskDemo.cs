using System.Globalization;
using System.Security.Cryptography;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Trace;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Fibers;
using Conformance.Reference.ToolStack;

namespace Conformance.Cli.Demo;

/// <summary>
/// The life of a disk: attach, write, flush, read back, unplug, plug in again, read again.
/// </summary>
internal sealed class DiskDemo(FiberDriver driver, BlockMachineOptions options, string image, TextWriter output, ITraceSink? trace)
{
    /// <summary>How much is written at most, in bytes.</summary>
    public const int Bytes = 1 << 20;

    private const uint Number = 51712;
    private ExchangePrinter printer = null!;

    /// <summary>Whether what was written was read every time.</summary>
    public bool IsIntact { get; private set; } = true;

    /// <summary>Runs it as a fiber.</summary>
    public async ValueTask RunAsync()
    {
        // The domains get the same numbers in every run.
        var relay = new Relay();
        var machine = await BlockMachine.BuildAsync(driver, options, relay);
        var device = machine.Disk(Number, image);
        printer = new ExchangePrinter(output, device, trace);
        relay.Next = printer;
        await machine.StartAsync();
        printer.PrintHead();
        var disk = await PlugAsync(machine, device);
        int length = (int)Math.Min(Bytes, (long)(disk.Capacity.Value * Sector512.Size));
        byte[] pattern = Pattern(length);
        await WriteAsync(disk, pattern);
        await CheckAsync(disk, pattern, "what was written");
        await UnplugAsync(machine, device);
        disk = await PlugAsync(machine, device);
        await CheckAsync(disk, pattern, "what was written before the unplug");
        await UnplugAsync(machine, device);
    }

    private async ValueTask<BlockDisk> PlugAsync(BlockMachine machine, DeviceRequest device)
    {
        printer.Say("tool stack", $"adds disk {device.Name} to domain {device.Front}, served by domain {device.Back}");
        var disk = await machine.AttachAsync(device);
        printer.Say("user", string.Create(CultureInfo.InvariantCulture,
            $"sees a disk of {Size((long)(disk.Capacity.Value * Sector512.Size))}, sectors of {disk.SectorSize.Bytes} bytes{(disk.CanFlush ? ", with flush" : "")}{(disk.CanDiscard ? ", with discard" : "")}"));
        return disk;
    }

    private async ValueTask UnplugAsync(BlockMachine machine, DeviceRequest device)
    {
        printer.Say("tool stack", $"unplugs disk {device.Name}");
        bool isClosed = await machine.Tools.RemoveAsync(device);

        // Both ends have heard of it by then, and have said so.
        await machine.World.Control.Fibers.DelayAsync(TimeSpan.FromMilliseconds(1));
        printer.Say("tool stack", isClosed ? "has removed both directories" : "gave up waiting");
        IsIntact &= isClosed;
    }

    private async ValueTask WriteAsync(BlockDisk disk, byte[] data)
    {
        printer.Say("user", string.Create(CultureInfo.InvariantCulture, $"writes {Size(data.Length)}{(disk.CanFlush ? " and flushes" : "")}"));
        Expect(await disk.WriteAsync(new Sector512(0), data), "the write");
        if (disk.CanFlush)
        {
            Expect(await disk.FlushAsync(), "the flush");
        }
    }

    private async ValueTask<byte[]> ReadAsync(BlockDisk disk, int length)
    {
        printer.Say("user", string.Create(CultureInfo.InvariantCulture, $"reads {Size(length)}"));
        var data = new byte[length];
        Expect(await disk.ReadAsync(new Sector512(0), data), "the read");
        return data;
    }

    private async ValueTask CheckAsync(BlockDisk disk, byte[] expected, string what)
    {
        byte[] read = await ReadAsync(disk, expected.Length);
        bool isSame = read.AsSpan().SequenceEqual(expected);
        IsIntact &= isSame;
        string hash = Convert.ToHexStringLower(SHA256.HashData(read))[..16];
        printer.Say("user", isSame ? $"finds {what} (SHA-256 {hash}…)" : $"finds something else than {what} (SHA-256 {hash}…)");
    }

    private void Expect(DiskResult result, string what)
    {
        if (result != DiskResult.Ok)
        {
            IsIntact = false;
            printer.Say("user", $"is told of {what}: {result}");
        }
    }

    private static string Size(long bytes) =>
        bytes < 1024 ? string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes") : string.Create(CultureInfo.InvariantCulture, $"{bytes >> 10} KiB");

    private static byte[] Pattern(int length)
    {
        var pattern = new byte[length];
        for (int i = 0; i < length; i++)
        {
            pattern[i] = (byte)((i >> 9) + i);
        }

        return pattern;
    }

    /// <summary>Passes steps on once it is known to whom.</summary>
    private sealed class Relay : ITraceSink
    {
        public ExchangePrinter? Next { get; set; }

        public void Record(string actor, int generation, string step, string subject, string result, params ReadOnlySpan<KeyValuePair<string, string>> arguments) =>
            Next?.Record(actor, generation, step, subject, result, arguments);
    }
}
