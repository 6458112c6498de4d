namespace Conformance.Model.Protocol.Block.Negotiation;

/// <summary>How many queues, each with a ring and a port, a device has (NG-032).</summary>
public static class QueueCount
{
    /// <summary>What a front-end uses: the lesser of its own and the offer; 1 without an offer.</summary>
    /// <param name="offered">The back-end's multi-queue-max-queues.</param>
    /// <param name="own">The front-end's own maximum, 1 or more.</param>
    public static int AtFront(NodeNumber offered, int own) => (int)Math.Max(1, Math.Min(offered.Or(1), (ulong)Math.Max(1, own)));

    /// <summary>What a back-end makes of the front-end's multi-queue-num-queues; without the node it is 1.</summary>
    /// <param name="requested">The node.</param>
    /// <param name="offered">What the back-end offered, 1 or more.</param>
    /// <param name="queues">The number; 0 when refused.</param>
    /// <returns>A fault when it is 0, no number, or above the offer (NG-009, NG-010).</returns>
    public static NegotiationFault AtBack(NodeNumber requested, int offered, out int queues)
    {
        ulong count = requested.Or(requested.IsAbsent ? 1ul : 0ul);
        bool isTaken = count >= 1 && count <= (ulong)offered;
        queues = isTaken ? (int)count : 0;
        return isTaken
            ? NegotiationFault.None
            : new(BlockNodes.MultiQueueNumQueues, "from 1 to multi-queue-max-queues", requested.IsMalformed ? null : count);
    }
}
