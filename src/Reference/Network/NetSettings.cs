namespace Conformance.Reference.Network;

/// <summary>What one end of a network device can do.</summary>
public sealed record NetSettings
{
    /// <summary>Whether it uses a port for each ring where the other end does too.</summary>
    public bool SplitsEventChannels { get; init; } = true;

    /// <summary>Front: pages for frames in each direction, 1 to 256. Back: frames that wait for such a page.</summary>
    public int Slots { get; init; } = 64;
}
