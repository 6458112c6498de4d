namespace Conformance.Reference.Network;

/// <summary>Takes a frame that came; must not keep it.</summary>
/// <param name="frame">The whole frame.</param>
public delegate void FrameHandler(ReadOnlySpan<byte> frame);
