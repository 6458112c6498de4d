using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Ports;

namespace Conformance.Suite.Block.Scripted;

/// <summary>A page that a scripted front granted to the back.</summary>
/// <param name="Page">The page.</param>
/// <param name="Reference">Its reference.</param>
public sealed record FrontPage(IOwnPage Page, GrantRef Reference)
{
    /// <summary>A segment of some sectors of the page, both ends included.</summary>
    public BlkifSegment Segment(byte first = 0, byte last = 7) => new(Reference, first, last);

    /// <summary>Fills the page from its start.</summary>
    public ValueTask FillAsync(ReadOnlyMemory<byte> bytes) => Page.CopyInAsync(0, bytes);

    /// <summary>Fills the whole page with one byte.</summary>
    public ValueTask FillAsync(byte value)
    {
        var bytes = new byte[BlkifLimits.FrameSize];
        Array.Fill(bytes, value);
        return FillAsync(bytes);
    }

    /// <summary>The bytes of the page.</summary>
    public async ValueTask<byte[]> ReadAsync()
    {
        var bytes = new byte[BlkifLimits.FrameSize];
        await Page.CopyOutAsync(0, bytes);
        return bytes;
    }
}
