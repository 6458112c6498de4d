using System.ComponentModel;
using System.Diagnostics;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Fibers;
using Conformance.Reference.World;

namespace Conformance.Tests.Real.Block;

/// <summary>A block device of the running kernel as a medium: a loop device over a file, where one may be made.</summary>
public sealed class RawDeviceTests
{
    [SkippableTheory]
    [Trait("Clause", "BB-003")]
    [Trait("Clause", "BB-001")]
    [InlineData(512u)]
    [InlineData(4096u)]
    public void BlockDevice_IsServedInItsOwnSectors_AndKeepsItsData(uint sectorBytes)
    {
        string image = Path.GetTempFileName();
        File.WriteAllBytes(image, new byte[1 << 20]);
        string? device = null;
        try
        {
            device = TryLoop("-f", "--show", "--sector-size", $"{sectorBytes}", image);
            Skip.If(device is null, "no loop device can be made here: that takes root and the loop driver");
            Assert.Equal(StorageStatus.Ok, WriteAndFlush(device!, sectorBytes));
        }
        finally
        {
            if (device is not null)
            {
                _ = TryLoop("-d", device);
            }
        }

        Assert.Equal(Enumerable.Repeat((byte)0x5A, 8192), File.ReadAllBytes(image).Skip(8192).Take(8192));
        File.Delete(image);
    }

    private static StorageStatus WriteAndFlush(string device, uint sectorBytes)
    {
        var worst = StorageStatus.Ok;
        var driver = new LoopDriver();
        driver.Run(async () =>
        {
            var domain = new XenWorld(driver).Control;
            var storage = await new StorageLookup(driver, domain.Fibers.Group, new SectorCount512(8)).OpenAsync(device, isWritable: true);
            Assert.IsType<QueuedStorage>(storage);
            Assert.Equal(sectorBytes, storage.SectorSize.Bytes);
            Assert.Equal(new SectorCount512(2048), storage.Size);
            var page = (await domain.Memory.AllocateAsync())!;
            await page.CopyInAsync(0, Enumerable.Repeat((byte)0x5A, 4096).ToArray());
            var completions = storage.CreateCompletions(domain.Fibers, "the device");
            var request = new StorageRequest { Completions = completions };
            request.Begin(StorageOperation.Write, new Sector512(16), new SectorCount512(16));
            request.Add(page, 0, 4096);
            request.Add(page, 0, 4096);
            foreach (var operation in (StorageOperation[])[StorageOperation.Write, StorageOperation.Flush])
            {
                if (operation == StorageOperation.Flush)
                {
                    request.Begin(operation, default, default);
                }

                await storage.SubmitAsync(request);
                worst = (StorageStatus)Math.Max((byte)worst, (byte)(await completions.NextAsync())!.Status);
            }

            await storage.CloseAsync();
        });
        return worst;
    }

    /// <summary>What losetup printed; null when it is not there or refuses.</summary>
    private static string? TryLoop(params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("losetup", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            string printed = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? printed : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
