using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Conformance.Reference.Block.Storage;

/// <summary>What lies at a path, symbolic links followed.</summary>
internal enum FileKind
{
    Missing,
    Regular,
    BlockDevice,
    Other,
}

/// <summary>What the operating system is asked about files and devices beyond what the runtime offers (Linux).</summary>
internal static unsafe partial class DeviceCalls
{
    private const int RelativeToWorkingDirectory = -100;
    private const uint TypeOnly = 0x001;
    private const int RecordSize = 256;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xF000;
    private const int RegularType = 0x8000;
    private const int BlockDeviceType = 0x6000;
    private const int KeepSize = 1;
    private const int Punch = 2;
    private const int NotSupported = 95;
    private const nuint GetLogicalSectorSize = 0x1268;
    private const nuint GetPhysicalSectorSize = 0x127B;
    private const nuint GetSizeInBytes = 0x8008_1272;

    /// <summary>Looks at a path. The record of statx has the same layout on every machine, unlike that of stat.</summary>
    internal static FileKind KindOf(string path)
    {
        var record = stackalloc byte[RecordSize];
        var name = Encoding.UTF8.GetBytes(path + '\0');
        fixed (byte* start = name)
        {
            if (Status(RelativeToWorkingDirectory, start, 0, TypeOnly, record) != 0)
            {
                return FileKind.Missing;
            }
        }

        int mode = MemoryMarshal.Read<ushort>(new ReadOnlySpan<byte>(record + ModeOffset, sizeof(ushort)));
        return (mode & TypeMask) switch
        {
            RegularType => FileKind.Regular,
            BlockDeviceType => FileKind.BlockDevice,
            _ => FileKind.Other,
        };
    }

    /// <summary>Bytes of a block device.</summary>
    /// <exception cref="IOException">It does not tell.</exception>
    internal static long LengthOf(SafeFileHandle device)
    {
        ulong bytes = 0;
        return Control(device, GetSizeInBytes, &bytes) == 0 ? (long)Math.Min(bytes, long.MaxValue) : throw new IOException("the device does not tell its size");
    }

    /// <summary>Bytes of the device's logical and physical sector; 0 for what it does not tell.</summary>
    internal static (uint Logical, uint Physical) SectorSizesOf(SafeFileHandle device)
    {
        uint logical = 0;
        uint physical = 0;
        return (
            Control(device, GetLogicalSectorSize, &logical) == 0 ? logical : 0,
            Control(device, GetPhysicalSectorSize, &physical) == 0 ? physical : 0);
    }

    /// <summary>Gives back what a range of a file or device occupies; it reads as zeroes then.</summary>
    internal static StorageStatus PunchHole(SafeFileHandle file, long position, long length) =>
        Allocate(file, KeepSize | Punch, position, length) == 0 ? StorageStatus.Ok
        : Marshal.GetLastPInvokeError() == NotSupported ? StorageStatus.NotSupported
        : StorageStatus.Error;

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static partial int Status(int directory, byte* path, int flags, uint mask, byte* record);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int Allocate(SafeFileHandle file, int mode, long position, long length);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, nuint request, void* argument);
}
