using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Block.Negotiation;

namespace Conformance.Tests.Unit.Block.Negotiation;

public class RequestLimitsTests
{
    private static readonly RequestLimits Own = new(16, 256, 33, 128 * 1024);
    private static readonly PublishedLimits Nothing = new(NodeNumber.Absent, NodeNumber.Absent, NodeNumber.Absent, NodeNumber.Absent);

    [Fact]
    [Trait("Clause", "NG-007")]
    [Trait("Clause", "NG-048")]
    public void PeerThatPublishesNothing_GetsTheLegacyDefaults_OnBothSides()
    {
        Assert.Equal(new RequestLimits(1, 32, 11, 45056), RequestLimits.Legacy);
        Assert.Equal(40960u, RequestLimits.SeedFrontRequestBytes);
        Assert.False(Nothing.DecideAtFront(Own, out var front).IsFault);
        Assert.False(Nothing.DecideAtBack(Own, out var back).IsFault);
        Assert.Equal(RequestLimits.Legacy, front);
        Assert.Equal(RequestLimits.Legacy, back);
    }

    /// <summary>Each limit absent, at the legacy default, at the own maximum and above it, in every combination.</summary>
    [Fact]
    [Trait("Clause", "NG-006")]
    [Trait("Clause", "NG-008")]
    [Trait("Clause", "NG-011")]
    public void FrontEnd_TakesTheLesserOfEach_InEveryCombination()
    {
        uint?[] pages = [null, 1, 4, 16, 17, uint.MaxValue];
        uint?[] requests = [null, 1, 32, 256, 257, uint.MaxValue];
        uint?[] segments = [null, 1, 11, 33, 34, 255];
        uint?[] sizes = [null, 512, 45056, 131072, 131073, uint.MaxValue];
        foreach (uint? p in pages)
        {
            foreach (uint? r in requests)
            {
                foreach (uint? s in segments)
                {
                    foreach (uint? b in sizes)
                    {
                        PublishedLimits published = new(Node(p), Node(r), Node(s), Node(b));
                        Assert.False(published.DecideAtFront(Own, out var effective).IsFault);
                        RequestLimits peer = new(p ?? 1, r ?? 32, s ?? 11, b ?? 45056);
                        Assert.Equal(Math.Min(16, peer.RingPages), effective.RingPages);
                        Assert.Equal(Math.Min(256, peer.Requests), effective.Requests);
                        Assert.Equal(Math.Min(33, peer.Segments), effective.Segments);
                        Assert.Equal(Math.Min(Math.Min(131072, peer.RequestBytes), effective.Segments * 4096), effective.RequestBytes);
                        Assert.True(effective.IsWithin(peer) && effective.IsWithin(Own), $"{effective} is above {peer} or {Own}");
                    }
                }
            }
        }
    }

    [Theory]
    [Trait("Clause", "NG-010")]
    [Trait("Clause", "NG-050")]
    [InlineData(0, 1, 1, 512, "max-ring-pages")]
    [InlineData(1, 0, 1, 512, "max-requests")]
    [InlineData(1, 1, 0, 512, "max-request-segments")]
    [InlineData(1, 1, 1, 0, "max-request-size")]
    [InlineData(1, 1, 1, 511, "max-request-size")]
    public void Zero_IsRefused_ByBothSides(uint pages, uint requests, uint segments, uint bytes, string node)
    {
        PublishedLimits published = new(Node(pages), Node(requests), Node(segments), Node(bytes));
        Assert.Equal(node, published.DecideAtFront(Own, out _).Node);
        Assert.Equal(node.Replace("max-ring-pages", "ring-pages", StringComparison.Ordinal), published.DecideAtBack(Own, out _).Node);
    }

    [Theory]
    [Trait("Clause", "NG-009")]
    [InlineData(16, 256, 33, 131072, "")]
    [InlineData(17, 256, 33, 131072, "ring-pages")]
    [InlineData(16, 256, 34, 131072, "max-request-segments")]
    [InlineData(16, 256, 33, 131073, "max-request-size")]
    [InlineData(16, 257, 33, 131072, "")]
    public void BackEnd_RefusesWhatSizesResources_AndCutsConcurrency(uint pages, uint requests, uint segments, uint bytes, string node)
    {
        PublishedLimits published = new(Node(pages), Node(requests), Node(segments), Node(bytes));
        var fault = published.DecideAtBack(Own, out var effective);
        Assert.Equal(node, fault.Node);
        Assert.Equal(256u, effective.Requests);
    }

    [Fact]
    [Trait("Clause", "NG-009")]
    public void Fault_SaysWhatWasExpected()
    {
        PublishedLimits published = new(Node(17), default, default, default);
        Assert.Equal("expected ring-pages to be at most max-ring-pages, got 17", published.DecideAtBack(Own, out _).ToString());
        Assert.Equal("no fault", NegotiationFault.None.ToString());
        Assert.False(default(NegotiationFault).IsFault);
    }

    [Theory]
    [Trait("Clause", "NG-011")]
    [InlineData(33, 131072, 131072, 131072)]
    [InlineData(11, 45056, 45056, 40960)]
    [InlineData(11, 1048576, 45056, 40960)]
    [InlineData(1, 131072, 4096, 512)]
    [InlineData(255, 4096, 4096, 4096)]
    public void RequestSize_NeverExceedsTheSegments_AndKeepsOneSpareWhenUnaligned(uint segments, uint bytes, uint aligned, uint unaligned)
    {
        var limits = new RequestLimits(1, 32, segments, bytes).Reconciled();
        Assert.Equal(aligned, limits.RequestBytes);
        Assert.Equal(aligned, limits.TransferBytes(isUnaligned: false));
        Assert.Equal(unaligned, limits.TransferBytes(isUnaligned: true));
    }

    [Fact]
    [Trait("Clause", "NG-012")]
    public void Ring_BoundsConcurrency_NotTheLimit()
    {
        Assert.Equal(170u, Own.ConcurrentRequests(BlkifAbi.X64));
        Assert.Equal(32u, RequestLimits.Legacy.ConcurrentRequests(BlkifAbi.X86));
        Assert.Equal(1u, new RequestLimits(1, 256, 255, 4096).ConcurrentRequests(BlkifAbi.X64));
        Assert.Equal(3u, new RequestLimits(16, 3, 11, 4096).ConcurrentRequests(BlkifAbi.X64));
    }

    private static NodeNumber Node(uint? value) => value is { } number ? NodeNumber.Of(number) : NodeNumber.Absent;
}
