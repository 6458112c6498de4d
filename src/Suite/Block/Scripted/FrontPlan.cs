using Conformance.Model.Protocol.Block;

namespace Conformance.Suite.Block.Scripted;

/// <summary>By which nodes a scripted front names its ring pages.</summary>
public enum RingNames
{
    /// <summary><c>ring-ref</c> alone, and no node that tells a size.</summary>
    Single,

    /// <summary><c>ring-page-order</c> and <c>ring-ref0</c> to <c>ring-refN</c> (NG-014).</summary>
    Ordered,

    /// <summary><c>ring-pages</c>, <c>ring-ref</c> and <c>ring-ref1</c> and on (NG-013).</summary>
    Seed,
}

/// <summary>What a scripted front makes and publishes unless its case does something else.</summary>
public sealed record FrontPlan
{
    /// <summary>The layout of its entries.</summary>
    public BlkifAbi Abi { get; init; }

    /// <summary>Pages of each ring.</summary>
    public int Pages { get; init; } = 1;

    /// <summary>How many rings.</summary>
    public int Queues { get; init; } = 1;

    /// <summary>How the pages are named.</summary>
    public RingNames Names { get; init; }

    /// <summary>Where all indices of the rings begin.</summary>
    public uint FirstIndex { get; init; }

    /// <summary>What every byte of the rings' entries holds at first.</summary>
    public byte Filling { get; init; }

    /// <summary>Nodes written besides, or instead of those that follow from the plan; null leaves a node out.</summary>
    public IReadOnlyDictionary<string, string?> Nodes { get; init; } = new Dictionary<string, string?>();

    /// <summary>A plan of a front of 2010 with its limits.</summary>
    /// <param name="segments">The most segments of a request.</param>
    /// <param name="pages">Pages of the ring.</param>
    /// <param name="abi">The layout.</param>
    public static FrontPlan Seed(int segments, int pages = 1, BlkifAbi abi = BlkifAbi.X64) => new()
    {
        Abi = abi,
        Pages = pages,
        Names = RingNames.Seed,
        Nodes = new Dictionary<string, string?>
        {
            [BlockNodes.MaxRequests] = "32",
            [BlockNodes.MaxRequestSegments] = $"{segments}",
            [BlockNodes.MaxRequestSize] = $"{segments * BlkifLimits.FrameSize}",
        },
    };

    /// <summary>The same plan with a further node.</summary>
    public FrontPlan With(string name, string? value) =>
        this with { Nodes = new Dictionary<string, string?>(Nodes) { [name] = value } };
}
