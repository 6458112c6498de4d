namespace Conformance.Model.Ring;

/// <summary>The barriers of the ring protocol, each where it stands.</summary>
public enum RingBarrier
{
    /// <summary>Front: a write barrier between the entries of requests and the producer index (RG-017).</summary>
    RequestWrite,

    /// <summary>Front: a full barrier between the producer index and the load of the back's event word (RG-018).</summary>
    RequestNotify,

    /// <summary>Back: a read barrier between the load of the producer index and the loads of entries (RG-017).</summary>
    RequestRead,

    /// <summary>Back: a full barrier between its event word and the last look at the producer index (RG-019).</summary>
    RequestFinalCheck,

    /// <summary>Back: a write barrier between the entries of responses and the producer index (RG-017).</summary>
    ResponseWrite,

    /// <summary>Back: a full barrier between the producer index and the load of the front's event word (RG-018).</summary>
    ResponseNotify,

    /// <summary>Front: a read barrier between the load of the producer index and the loads of entries (RG-017).</summary>
    ResponseRead,

    /// <summary>Front: a full barrier between its event word and the last look at the producer index (RG-019).</summary>
    ResponseFinalCheck,
}
