using Conformance.Model.Protocol.Block;

namespace Conformance.Reference.Block.Storage;

/// <summary>
/// Where the bytes are kept: memory, a file or a device. Everything happens at once, inside a step of the
/// <see cref="IStorage"/> that owns it; ranges were checked against <see cref="Size"/> when a request was accepted, but
/// a medium may have shrunk since and then fails them.
/// </summary>
public interface IMedium : IDisposable
{
    /// <summary>What it is, for messages.</summary>
    string Name { get; }

    /// <summary>Its present size.</summary>
    SectorCount512 Size { get; }

    /// <summary>The unit that is written whole or not at all, and to which ranges are aligned.</summary>
    DeviceSectorSize SectorSize { get; }

    /// <summary>The unit inside the medium, a multiple of <see cref="SectorSize"/> (NG-034).</summary>
    DeviceSectorSize PhysicalSectorSize { get; }

    /// <summary>Whether writes are refused.</summary>
    bool IsReadOnly { get; }

    /// <summary>Whether a discard does something.</summary>
    bool CanDiscard { get; }

    /// <summary>Whether one long transfer is much cheaper than many short ones, as where each is a system call.</summary>
    bool PrefersLongTransfers { get; }

    /// <summary>Looks how large it is now (NG-036).</summary>
    void Refresh();

    /// <summary>Fills memory from a position in bytes.</summary>
    StorageStatus Read(long position, Span<byte> destination);

    /// <summary>Writes memory to a position in bytes.</summary>
    StorageStatus Write(long position, ReadOnlySpan<byte> source);

    /// <summary>Makes all writes durable.</summary>
    StorageStatus Flush();

    /// <summary>Forgets a range of bytes.</summary>
    StorageStatus Discard(long position, long length);
}
