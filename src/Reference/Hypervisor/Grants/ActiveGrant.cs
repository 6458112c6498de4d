using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;

namespace Conformance.Reference.Hypervisor;

/// <summary>
/// What the hypervisor remembers of an entry in use: who uses it how often, and what memory that is. Valid while
/// <see cref="IsPinned"/>.
/// </summary>
internal struct ActiveGrant
{
    // As many as the hypervisor's 8-bit counters hold.
    private const byte MostPins = byte.MaxValue;
    private byte _hostReads;
    private byte _hostWrites;
    private byte _deviceReads;
    private byte _deviceWrites;

    public DomainId User { get; set; }

    public PageMemory Memory { get; set; }

    /// <summary>First byte that may be accessed.</summary>
    public ushort Start { get; set; }

    /// <summary>Bytes that may be accessed; 4096 for a whole page.</summary>
    public ushort Length { get; set; }

    /// <summary>Not to be mapped: part of a page, or of a third domain.</summary>
    public bool IsCopyOnly { get; set; }

    /// <summary>For a transitive entry, the table that the memory is from.</summary>
    public GrantTable? Third { get; set; }

    /// <summary>For a transitive entry, the reference in the third table.</summary>
    public GrantRef ThirdRef { get; set; }

    public readonly bool IsPinned => IsWritten || (_hostReads | _deviceReads) != 0;

    public readonly bool IsWritten => (_hostWrites | _deviceWrites) != 0;

    /// <summary>Whether the counters hold one more for each kind in <paramref name="flags"/>.</summary>
    public readonly bool HasRoom(GrantMapFlags flags)
    {
        bool readOnly = flags.HasFlag(GrantMapFlags.ReadOnly);
        return (!flags.HasFlag(GrantMapFlags.Host) || (readOnly ? _hostReads : _hostWrites) < MostPins)
            && (!flags.HasFlag(GrantMapFlags.Device) || (readOnly ? _deviceReads : _deviceWrites) < MostPins);
    }

    /// <summary>One more of each kind in <paramref name="flags"/>; returns how many kinds that is.</summary>
    public int Pin(GrantMapFlags flags) => Count(flags, 1);

    /// <summary>One less of each kind in <paramref name="flags"/>; returns how many kinds that is.</summary>
    public int Unpin(GrantMapFlags flags) => Count(flags, -1);

    private int Count(GrantMapFlags flags, int by)
    {
        bool readOnly = flags.HasFlag(GrantMapFlags.ReadOnly);
        int kinds = 0;
        if (flags.HasFlag(GrantMapFlags.Host))
        {
            ref byte counter = ref readOnly ? ref _hostReads : ref _hostWrites;
            counter = checked((byte)(counter + by));
            kinds++;
        }

        if (flags.HasFlag(GrantMapFlags.Device))
        {
            ref byte counter = ref readOnly ? ref _deviceReads : ref _deviceWrites;
            counter = checked((byte)(counter + by));
            kinds++;
        }

        return kinds;
    }
}
