using System.Runtime.InteropServices;
using System.Text;

namespace Conformance.Reference.XenStore.Daemon.Interop;

/// <summary>What lies at a path, without following a symbolic link.</summary>
/// <param name="Exists">Whether anything does.</param>
/// <param name="IsSocket">Whether it is a socket.</param>
/// <param name="Inode">Its number on its file system.</param>
internal readonly record struct FileIdentity(bool Exists, bool IsSocket, ulong Inode)
{
    private const int RelativeToWorkingDirectory = -100;
    private const int NoFollow = 0x100;
    private const uint TypeAndInode = 0x101;
    private const int ModeOffset = 28;
    private const int InodeOffset = 32;
    private const int TypeMask = 0xF000;
    private const int SocketType = 0xC000;

    /// <summary>Looks at a path. The record of statx has the same layout on every machine, unlike that of stat.</summary>
    internal static unsafe FileIdentity Of(string path)
    {
        var record = stackalloc byte[256];
        var name = Encoding.UTF8.GetBytes(path + '\0');
        fixed (byte* start = name)
        {
            if (LibC.Status(RelativeToWorkingDirectory, start, NoFollow, TypeAndInode, record) != 0)
            {
                return Errno.Last is Errno.NotFound or Errno.NotADirectory ? default : throw Errno.Fatal($"statx of {path}");
            }
        }

        int mode = MemoryMarshal.Read<ushort>(new ReadOnlySpan<byte>(record + ModeOffset, sizeof(ushort)));
        return new FileIdentity(true, (mode & TypeMask) == SocketType, *(ulong*)(record + InodeOffset));
    }
}
