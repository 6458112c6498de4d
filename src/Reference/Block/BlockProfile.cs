namespace Conformance.Reference.Block;

/// <summary>Which generation of the protocol an end speaks.</summary>
public enum BlockProfile
{
    /// <summary>Today's header: ring-page-order, indirect requests, several queues, persistent grants.</summary>
    Mainline,

    /// <summary>The change of 2010: four negotiated limits, requests of several entries, no resume (S-66).</summary>
    Seed2010,

    /// <summary>One page, eleven segments; a front that skips InitWait.</summary>
    Legacy,
}
