namespace Conformance.Model.Connection;

/// <summary>D-1, as a front: what it does about a back that is Connected before it has published anything.</summary>
public enum EarlyConnectedBack
{
    /// <summary>Closes and begins anew before it publishes.</summary>
    ResetFirst,

    /// <summary>Publishes and connects.</summary>
    PublishAnyway,
}

/// <summary>D-1, as a back: what it does about a front that publishes while the connection stands.</summary>
public enum SecondPublication
{
    /// <summary>Disconnects and connects to the new generation; ignores the same one.</summary>
    ReconnectIfNew,

    /// <summary>Ignores it.</summary>
    Ignore,
}

/// <summary>D-2: what a missing state node of the peer means.</summary>
public enum PeerStateMissing
{
    /// <summary>The peer is gone: everything is released.</summary>
    Release,

    /// <summary>Nothing.</summary>
    Ignore,
}

/// <summary>D-3: what a state write does when the own node is gone.</summary>
public enum OwnNodeMissing
{
    /// <summary>Nothing is written, the cached state stays, the device detaches.</summary>
    SkipAndDetach,

    /// <summary>Nothing is written, but the cached state changes.</summary>
    SkipButRemember,

    /// <summary>The node is made again.</summary>
    MakeAgain,
}

/// <summary>D-4: what a back does with a limit above its own.</summary>
public enum LimitAbove
{
    /// <summary>The attach fails.</summary>
    Reject,

    /// <summary>It takes its own.</summary>
    Clamp,
}

/// <summary>D-5: which names for the ring's pages an end reads or writes.</summary>
[Flags]
public enum RingNames
{
    /// <summary>One page only, <c>ring-ref</c>.</summary>
    Single = 0,

    /// <summary><c>ring-page-order</c>, <c>ring-ref0</c> and so on.</summary>
    Order = 1,

    /// <summary><c>num-ring-pages</c> or <c>ring-pages</c>.</summary>
    Count = 2,

    /// <summary>Both of them.</summary>
    Both = Order | Count,
}

/// <summary>D-6: what a front with users does when it is asked to close.</summary>
public enum ClosingInUse
{
    /// <summary>Refuses until the last user is gone.</summary>
    Veto,

    /// <summary>Closes.</summary>
    CloseAnyway,
}

/// <summary>D-7: what a back does about a front in Initialising while it is not Closed itself.</summary>
public enum MissedClose
{
    /// <summary>Makes up for the close it missed.</summary>
    Complete,

    /// <summary>Nothing.</summary>
    Ignore,
}

/// <summary>D-8: how a back closes with requests under way.</summary>
public enum CloseInFlight
{
    /// <summary>The last completion goes on with the close.</summary>
    Resume,

    /// <summary>It waits where it stands.</summary>
    Wait,

    /// <summary>It gives up with an error when it meets them in a reconnect.</summary>
    FailWhenReconnecting,
}

/// <summary>D-9: what a connected front does about a back that returns to Initialising or InitWait.</summary>
public enum BackReturned
{
    /// <summary>Takes the connection for lost and makes it again.</summary>
    Recover,

    /// <summary>Nothing.</summary>
    Ignore,
}

/// <summary>D-10: what happens to requests under way when the domain is suspended.</summary>
public enum SuspendInUse
{
    /// <summary>They are issued again after the resume.</summary>
    Reissue,

    /// <summary>The suspend waits until there are none.</summary>
    Drain,
}

/// <summary>D-11, D-12: what an end does about a state that its peer should not show.</summary>
public enum OddPeerState
{
    /// <summary>Nothing.</summary>
    Ignore,

    /// <summary>It fails the device.</summary>
    Fail,
}

/// <summary>D-13: which ABI a back takes for granted when the front names none.</summary>
public enum DefaultAbi
{
    /// <summary>Its own.</summary>
    Native,

    /// <summary>32-bit x86.</summary>
    X86Bits32,
}

/// <summary>D-14: when a back writes the medium's data and late features.</summary>
public enum LateFeatures
{
    /// <summary>Before it is Connected.</summary>
    BeforeConnected,

    /// <summary>Before InitWait.</summary>
    BeforeInitWait,

    /// <summary>With Connected.</summary>
    AtConnected,
}

/// <summary>D-15: where a back begins on a ring that it maps.</summary>
public enum FirstIndex
{
    /// <summary>At the shared index of responses.</summary>
    AtResponses,

    /// <summary>At 0.</summary>
    Zero,
}

/// <summary>D-16: how an unknown operation is answered. The connection does not depend on it; both answers are accepted.</summary>
public enum UnknownOperation
{
    /// <summary>As not supported.</summary>
    NotSupported,

    /// <summary>As an error.</summary>
    Error,
}

/// <summary>D-17: what a back does when its attach fails.</summary>
public enum BackAttachFailure
{
    /// <summary>Writes an error node and closes.</summary>
    ErrorAndClose,

    /// <summary>Tells nobody and stays in InitWait.</summary>
    StayInInitWait,
}

/// <summary>
/// One way to speak the protocol: each question on which implementations differ (D-1 to D-18) and the orders in which they
/// take steps. The default of every field is what the reference does.
/// </summary>
public sealed record Dialect
{
    /// <summary>A short name, such as <c>linux</c>.</summary>
    public required string Name { get; init; }

    /// <summary>D-1 as a front.</summary>
    public EarlyConnectedBack EarlyConnectedBack { get; init; }

    /// <summary>D-1 as a back.</summary>
    public SecondPublication SecondPublication { get; init; }

    /// <summary>D-2 as a front.</summary>
    public PeerStateMissing BackMissing { get; init; }

    /// <summary>D-2 as a back.</summary>
    public PeerStateMissing FrontMissing { get; init; }

    /// <summary>D-3.</summary>
    public OwnNodeMissing OwnNodeMissing { get; init; }

    /// <summary>D-4.</summary>
    public LimitAbove LimitAbove { get; init; }

    /// <summary>D-5.</summary>
    public RingNames RingNames { get; init; } = RingNames.Both;

    /// <summary>D-6.</summary>
    public ClosingInUse ClosingInUse { get; init; }

    /// <summary>Whether a back tears down when it is asked to close, without waiting for the front (XB-024).</summary>
    public bool TearsDownAtOwnClosing { get; init; }

    /// <summary>D-7.</summary>
    public MissedClose MissedClose { get; init; }

    /// <summary>D-8.</summary>
    public CloseInFlight CloseInFlight { get; init; }

    /// <summary>D-9.</summary>
    public BackReturned BackReturned { get; init; }

    /// <summary>D-10.</summary>
    public SuspendInUse SuspendInUse { get; init; }

    /// <summary>D-11: InitWait shown by a front.</summary>
    public OddPeerState FrontInitWait { get; init; }

    /// <summary>D-12: Reconfiguring shown by a front.</summary>
    public OddPeerState Reconfiguring { get; init; }

    /// <summary>D-13 as a front: whether it names its protocol.</summary>
    public bool WritesProtocol { get; init; } = true;

    /// <summary>D-13 as a back.</summary>
    public DefaultAbi DefaultAbi { get; init; }

    /// <summary>D-14.</summary>
    public LateFeatures LateFeatures { get; init; }

    /// <summary>D-15.</summary>
    public FirstIndex FirstIndex { get; init; }

    /// <summary>D-16.</summary>
    public UnknownOperation UnknownOperation { get; init; }

    /// <summary>D-17.</summary>
    public BackAttachFailure BackAttachFailure { get; init; }

    /// <summary>D-18: whether a front says Closing before Closed.</summary>
    public bool SaysClosing { get; init; } = true;

    /// <summary>Whether a front that begins anew waits until its back is Closed (I-25).</summary>
    public bool WaitsForClosedBack { get; init; } = true;

    /// <summary>Whether a front that finds a stale own state walks its back through a close before it starts (I-32, XB-059).</summary>
    public bool ResetsStaleState { get; init; } = true;

    /// <summary>Whether a back opens its medium before it says InitWait.</summary>
    public bool OpensMediumFirst { get; init; }

    /// <summary>Whether a back looks again at its front when a late medium arrives (I-06).</summary>
    public bool LooksAgainWithMedium { get; init; } = true;

    /// <summary>Whether a back notices a change of <c>online</c> after it is Closed (I-27, XB-030).</summary>
    public bool WatchesOnline { get; init; } = true;

    /// <summary>
    /// Whether a back that writes its next state leaves a Closing of the tool stack in place, which it has not looked at yet.
    /// No table of disagreements names this: the checker found that a wish to close is lost without it.
    /// </summary>
    public bool KeepsWishToClose { get; init; } = true;

    /// <summary>Whether a back whose attach fails because the front took its publication back looks at the front again instead (I-09).</summary>
    public bool LooksAgainWhenFrontMovedOn { get; init; } = true;

    /// <summary>
    /// Whether a state callback waits in the thread that serves the watch events of all devices (XB-061). It matters where
    /// there are several.
    /// </summary>
    public bool HandlersBlock { get; init; }

    /// <summary>Whether the boot is held up for a limited time only (XB-044).</summary>
    public bool LimitsBootHold { get; init; } = true;
}
