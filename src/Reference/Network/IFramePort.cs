namespace Conformance.Reference.Network;

/// <summary>A place at a <see cref="Bridge"/> that takes frames.</summary>
public interface IFramePort
{
    /// <summary>Takes a frame, or drops it; never waits.</summary>
    /// <param name="frame">The whole frame; only for the time of the call.</param>
    void Take(ReadOnlySpan<byte> frame);
}
