namespace Conformance.Reference.Hypervisor;

/// <summary>
/// The memory behind a page, and how many hold it. It stays good when the owner frees the page, dies or moves away.
/// </summary>
internal sealed class PageMemory(ulong key, uint[] words)
{
    public ulong Key { get; } = key;

    public uint[] Words { get; } = words;

    /// <summary>Mappings and copies of others that hold it.</summary>
    public int Pins { get; set; }
}
