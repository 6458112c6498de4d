using Conformance.Reference.Hypervisor;

namespace Conformance.Suite.Platform.Cases.Hvm;

/// <summary>A processor whose leaves are in a table; others say nothing. It remembers which were read.</summary>
internal sealed class TableCpuid : ICpuid
{
    private readonly Dictionary<uint, CpuidLeaf> leaves = [];

    /// <summary>The leaves read so far.</summary>
    public List<uint> Asked { get; } = [];

    /// <summary>Puts an interface at a base.</summary>
    /// <param name="start">The leaf with the signature.</param>
    /// <param name="further">How many leaves it says that it has besides.</param>
    /// <param name="signature">Twelve letters.</param>
    public TableCpuid With(uint start, uint further = 4, string signature = "XenVMMXenVMM")
    {
        uint Word(int letter) => signature[letter] | ((uint)signature[letter + 1] << 8) | ((uint)signature[letter + 2] << 16) | ((uint)signature[letter + 3] << 24);
        leaves[start] = new CpuidLeaf(start + further, Word(0), Word(4), Word(8));
        leaves[start + 1] = new CpuidLeaf(0x0004_0011, start, 0, 0);
        leaves[start + 2] = new CpuidLeaf(1, 0x4000_0000 + (start & 0xFFFF), 0, 0);
        leaves[start + 3] = new CpuidLeaf(start * 3, 0, 0, 0);
        return this;
    }

    /// <inheritdoc/>
    public CpuidLeaf Read(uint leaf)
    {
        Asked.Add(leaf);
        return leaves.GetValueOrDefault(leaf);
    }
}
