namespace Conformance.Reference.Hypervisor;

/// <summary>
/// One page of memory that two domains share. Each operation is one step: a 32-bit word is loaded or stored whole, a
/// load acquires and a store is a full barrier, so that no later load of the same party passes it (XS-007, RG-018, RG-019);
/// bytes may tear against the peer.
/// </summary>
public interface ISharedPage
{
    /// <summary>Loads the 32-bit word at <paramref name="offset"/> bytes, which is a multiple of 4.</summary>
    ValueTask<uint> LoadAsync(int offset);

    /// <summary>Stores the 32-bit word at <paramref name="offset"/> bytes, which is a multiple of 4.</summary>
    ValueTask StoreAsync(int offset, uint value);

    /// <summary>Copies bytes out of the page.</summary>
    ValueTask CopyOutAsync(int offset, Memory<byte> destination);

    /// <summary>Copies bytes into the page.</summary>
    ValueTask CopyInAsync(int offset, ReadOnlyMemory<byte> source);
}
