namespace Conformance.Model.Protocol.Events;

/// <summary>Sizes of the two event interfaces (EV-015; event_channel.h).</summary>
public static class EventLimits
{
    /// <summary>Ports of a 32-bit guest with two levels.</summary>
    public const int TwoLevelPorts32 = 32 * 32;

    /// <summary>Ports of a 64-bit guest with two levels.</summary>
    public const int TwoLevelPorts64 = 64 * 64;

    /// <summary>Ports with FIFO events.</summary>
    public const int FifoPorts = 1 << FifoLinkBits;

    /// <summary>Bits of an event word that hold the next port of a queue.</summary>
    public const int FifoLinkBits = 17;

    /// <summary>Ports of one page of the FIFO event array.</summary>
    public const int FifoPortsPerPage = 1024;

    /// <summary>Pages of a whole FIFO event array.</summary>
    public const int FifoPages = FifoPorts / FifoPortsPerPage;

    /// <summary>Queues of a virtual CPU, one a priority; 0 is the highest.</summary>
    public const int FifoPriorities = 16;

    /// <summary>The priority of a port that was given none.</summary>
    public const int FifoDefaultPriority = 7;
}
