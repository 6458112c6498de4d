using System.IO.MemoryMappedFiles;
using Conformance.Reference.Hypervisor;
using Microsoft.Win32.SafeHandles;

namespace Conformance.Adapters.SoftwareXen;

/// <summary>A domain's pages: a file that this process and the programs under test map at the same time.</summary>
internal sealed class DomainMemory : IDisposable
{
    /// <summary>Bytes of a page.</summary>
    public const int PageSize = 4096;

    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;

    /// <summary>Makes the file with <paramref name="pages"/> pages of zeros.</summary>
    public DomainMemory(string path, int pages)
    {
        Path = path;
        Pages = pages;
        file = MemoryMappedFile.CreateFromFile(path, FileMode.CreateNew, mapName: null, (long)pages * PageSize);
        view = file.CreateViewAccessor(0, (long)pages * PageSize);
    }

    /// <summary>The file's absolute path.</summary>
    public string Path { get; }

    /// <summary>How many pages there are; frames are numbered from 0.</summary>
    public int Pages { get; }

    /// <summary>One page of it.</summary>
    public ISharedPage Page(int frame)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(frame);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(frame, Pages);
        return new MappedPage(view.SafeMemoryMappedViewHandle, frame * PageSize);
    }

    /// <summary>Removes the file, so that nobody else can map it; who has it mapped keeps it.</summary>
    public void Unlink() => File.Delete(Path);

    /// <summary>Unmaps the pages here.</summary>
    public void Dispose()
    {
        view.Dispose();
        file.Dispose();
    }

    private sealed unsafe class MappedPage(SafeMemoryMappedViewHandle view, int start) : ISharedPage
    {
        public ValueTask<uint> LoadAsync(int offset)
        {
            CheckWord(offset);
            byte* page = Acquire();
            try
            {
                return new ValueTask<uint>(Volatile.Read(ref *(uint*)(page + offset)));
            }
            finally
            {
                view.DangerousRelease();
            }
        }

        public ValueTask StoreAsync(int offset, uint value)
        {
            CheckWord(offset);
            byte* page = Acquire();
            try
            {
                Volatile.Write(ref *(uint*)(page + offset), value);
                return ValueTask.CompletedTask;
            }
            finally
            {
                view.DangerousRelease();
            }
        }

        public ValueTask CopyOutAsync(int offset, Memory<byte> destination)
        {
            CheckRange(offset, destination.Length);
            byte* page = Acquire();
            try
            {
                new ReadOnlySpan<byte>(page + offset, destination.Length).CopyTo(destination.Span);
                return ValueTask.CompletedTask;
            }
            finally
            {
                view.DangerousRelease();
            }
        }

        public ValueTask CopyInAsync(int offset, ReadOnlyMemory<byte> source)
        {
            CheckRange(offset, source.Length);
            byte* page = Acquire();
            try
            {
                source.Span.CopyTo(new Span<byte>(page + offset, source.Length));
                return ValueTask.CompletedTask;
            }
            finally
            {
                view.DangerousRelease();
            }
        }

        /// <summary>Holds the mapping, so that a hypervisor that ends meanwhile cannot take the memory from under an access.</summary>
        private byte* Acquire()
        {
            bool held = false;
            view.DangerousAddRef(ref held);
            return (byte*)view.DangerousGetHandle() + start;
        }

        private static void CheckWord(int offset)
        {
            CheckRange(offset, sizeof(uint));
            ArgumentOutOfRangeException.ThrowIfNotEqual(offset % sizeof(uint), 0, nameof(offset));
        }

        private static void CheckRange(int offset, int length)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(offset);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, PageSize - length);
        }
    }
}
