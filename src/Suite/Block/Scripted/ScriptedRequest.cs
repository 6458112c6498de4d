using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;

namespace Conformance.Suite.Block.Scripted;

/// <summary>A request as a back finds it on the ring, before anybody has judged it.</summary>
/// <param name="Index">The ring index of its first entry.</param>
/// <param name="Operation">What the entry says it is.</param>
/// <param name="Inner">What an indirect request does; else the same as <paramref name="Operation"/>.</param>
/// <param name="Id">To be echoed.</param>
/// <param name="Sector">Where on the medium.</param>
/// <param name="Count">Sectors of a discard; else what the segments cover.</param>
/// <param name="Handle">What stands in the handle's place.</param>
/// <param name="Flag">The flag of a discard.</param>
/// <param name="Segments">All of them, whichever entry or page they stand in.</param>
/// <param name="Tables">The pages of segments of an indirect request.</param>
/// <param name="Raw">The bytes of all its entries.</param>
/// <param name="Entries">How many entries it takes.</param>
internal sealed record ScriptedRequest(
    uint Index,
    BlkifOperation Operation,
    BlkifOperation Inner,
    ulong Id,
    Sector512 Sector,
    SectorCount512 Count,
    ushort Handle,
    byte Flag,
    IReadOnlyList<BlkifSegment> Segments,
    IReadOnlyList<GrantRef> Tables,
    byte[] Raw,
    int Entries)
{
    /// <summary>Whether data goes to the front.</summary>
    public bool IsRead => Inner == BlkifOperation.Read;

    /// <inheritdoc/>
    public override string ToString() => $"{Operation} {Id} at sector {Sector} with {Segments.Count} segments";
}
