using Conformance.Model.Protocol.Block;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.Block.Front;

/// <summary>What a user asks of a disk.</summary>
internal enum DiskOperation
{
    Read,
    Write,

    /// <summary>A write that all earlier writes precede and all later ones follow.</summary>
    OrderedWrite,
    Flush,
    Discard,
}

/// <summary>
/// One operation on a disk as its user sees it, which may take many requests. Ends when the last of its pieces has ended,
/// with the worst result of all (BF-031). Used again and again.
/// </summary>
internal sealed class DiskIo(Signal done)
{
    private int _pieces;

    /// <summary>Set when it has ended.</summary>
    public Signal Done => done;

    public DiskOperation Operation { get; private set; }

    /// <summary>First sector.</summary>
    public Sector512 First { get; private set; }

    /// <summary>Sectors; 0 of a flush.</summary>
    public SectorCount512 Count { get; private set; }

    /// <summary>The pages; none of a flush or discard.</summary>
    public DiskBuffer Buffer { get; private set; }

    /// <summary>Whether a discard must leave nothing to recover.</summary>
    public bool IsSecure { get; private set; }

    /// <summary>The order in which operations were asked for; recovery keeps it (RS-009).</summary>
    public ulong Sequence { get; set; }

    public DiskResult Result { get; private set; }

    /// <summary>Whether this reads into its buffer, or else out of it.</summary>
    public bool IsRead => Operation == DiskOperation.Read;

    /// <summary>Bytes of the buffer, or a length that stands for an operation without one.</summary>
    public int Length => Buffer.Length == 0 ? 1 : Buffer.Length;

    public void Begin(DiskOperation operation, Sector512 first, SectorCount512 count, in DiskBuffer buffer, bool isSecure)
    {
        (Operation, First, Count, Buffer, IsSecure) = (operation, first, count, buffer, isSecure);
        Result = DiskResult.Ok;
        _pieces = 1;
    }

    /// <summary>A piece was divided: one more must end.</summary>
    public void AddPiece() => _pieces++;

    public void EndPiece(DiskResult result)
    {
        Note(result);
        if (--_pieces == 0)
        {
            Done.Set();
        }
    }

    /// <summary>Something went wrong in a piece that goes on.</summary>
    public void Note(DiskResult result) => Result = result > Result ? result : Result;

    /// <summary>Forgets the buffer, so that nobody holds its pages.</summary>
    public void Clear() => Buffer = default;
}

/// <summary>A part of an operation that is not under way yet: what is left of it, or what must be asked again.</summary>
/// <param name="Io">The operation.</param>
/// <param name="Position">First byte of its buffer.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct IoPiece(DiskIo Io, int Position, int Length)
{
    /// <summary>Where it begins on the disk.</summary>
    public Sector512 Sector => Io.First + SectorCount512.FromBytes(Position);

    /// <summary>What follows so many bytes of it.</summary>
    public IoPiece After(int bytes) => new(Io, Position + bytes, Length - bytes);
}
