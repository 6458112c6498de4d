using Conformance.Model.Connection;

namespace Conformance.Model.Judging.Tracking;

/// <summary>What a trace can show of a connection.</summary>
internal enum PassageKind : byte
{
    /// <summary>Its device is wanted.</summary>
    Online,

    /// <summary>Its device is wanted no more.</summary>
    Offline,

    /// <summary>The front's directory is gone.</summary>
    FrontRemoved,

    /// <summary>The back's directory is gone.</summary>
    BackRemoved,

    /// <summary>Something gives the back a reason to close, whatever its front does.</summary>
    BackMayClose,

    /// <summary>Steps of the world may have been taken, one after the other, or not.</summary>
    MayTake,

    /// <summary>A state was written.</summary>
    Written,
}

/// <summary>One thing that a trace shows of a connection, with all that matters to where the connection may be after it.</summary>
/// <param name="Kind">What.</param>
internal readonly record struct Passage(PassageKind Kind)
{
    /// <summary>What the state nodes hold after a write.</summary>
    public Picture Shown { get; init; }

    /// <summary>Whose step a write may be.</summary>
    public StepMatch By { get; init; }

    /// <summary>Whether a write may be the first of another driver.</summary>
    public bool BeginsAnew { get; init; }

    /// <summary>The step that may have been taken.</summary>
    public ConnectionStep Step { get; init; }

    /// <summary>The one that may have been taken then; null for none.</summary>
    public ConnectionStep? Then { get; init; }

    /// <summary>Whether a front begins to close: it may be unloaded, or asked from within to begin anew, wherever it is.</summary>
    public bool IsFrontClosing => Kind == PassageKind.Written && By is { IsOwn: true, Owner: ConnectionParticipant.Front } && Shown.Front is 5 or 6;
}
