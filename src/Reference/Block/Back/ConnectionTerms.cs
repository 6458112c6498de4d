using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Block.Negotiation;

namespace Conformance.Reference.Block.Back;

/// <summary>One ring as the front published it: references and port from the same directory (NG-020).</summary>
/// <param name="Directory">That directory.</param>
/// <param name="RingRefs">The ring's pages in their order.</param>
/// <param name="Port">The front's port.</param>
public sealed record QueueTerms(string Directory, IReadOnlyList<GrantRef> RingRefs, PortNumber Port);

/// <summary>What holds for one connection, decided once when it is made and never read again (NG-031, BB-048).</summary>
/// <param name="Abi">The layout of the front's ring entries.</param>
/// <param name="Limits">The four limits in force, or the legacy ones.</param>
/// <param name="IsPersistent">Whether grants stay mapped.</param>
/// <param name="Queues">The rings.</param>
public sealed record ConnectionTerms(BlkifAbi Abi, RequestLimits Limits, bool IsPersistent, IReadOnlyList<QueueTerms> Queues)
{
    /// <summary>Whether requests may take several ring entries: only with more segments than fit in one (BI-029, NG-048).</summary>
    public bool IsExtended => Limits.Segments > BlkifLimits.SegmentsInHeaderEntry;

    /// <summary>Whether the other terms describe the very same rings and ports: the same generation of the front (D-1).</summary>
    public bool IsSameGeneration(ConnectionTerms other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Abi != other.Abi || Queues.Count != other.Queues.Count)
        {
            return false;
        }

        for (int i = 0; i < Queues.Count; i++)
        {
            if (Queues[i].Port != other.Queues[i].Port || !Queues[i].RingRefs.SequenceEqual(other.Queues[i].RingRefs))
            {
                return false;
            }
        }

        return true;
    }
}
