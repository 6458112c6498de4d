namespace Conformance.Model.Connection;

/// <summary>The dialects that are deployed, from the table of disagreements.</summary>
public static class Dialects
{
    /// <summary>What the reference does: the recommended side of every disagreement.</summary>
    public static Dialect Reference { get; } = new() { Name = "reference" };

    /// <summary>Linux 6.1.</summary>
    public static Dialect Linux { get; } = new()
    {
        Name = "linux",
        EarlyConnectedBack = EarlyConnectedBack.PublishAnyway,
        SecondPublication = SecondPublication.Ignore,
        BackMissing = PeerStateMissing.Ignore,
        OwnNodeMissing = OwnNodeMissing.SkipButRemember,
        RingNames = RingNames.Order,
        ClosingInUse = ClosingInUse.CloseAnyway,
        MissedClose = MissedClose.Ignore,
        CloseInFlight = CloseInFlight.FailWhenReconnecting,
        BackReturned = BackReturned.Ignore,
        FrontInitWait = OddPeerState.Fail,
        Reconfiguring = OddPeerState.Fail,
        SaysClosing = false,
        WatchesOnline = false,
        KeepsWishToClose = false,
        LooksAgainWhenFrontMovedOn = false,
    };

    /// <summary>The FreeBSD change of 2010.</summary>
    public static Dialect FreeBsd2010 { get; } = new()
    {
        Name = "freebsd2010",
        EarlyConnectedBack = EarlyConnectedBack.PublishAnyway,
        SecondPublication = SecondPublication.Ignore,
        BackMissing = PeerStateMissing.Ignore,
        OwnNodeMissing = OwnNodeMissing.MakeAgain,
        RingNames = RingNames.Count,
        TearsDownAtOwnClosing = true,
        MissedClose = MissedClose.Ignore,
        BackReturned = BackReturned.Ignore,
        SuspendInUse = SuspendInUse.Drain,
        FrontInitWait = OddPeerState.Fail,
        Reconfiguring = OddPeerState.Fail,
        LateFeatures = LateFeatures.BeforeInitWait,
        FirstIndex = FirstIndex.Zero,
        UnknownOperation = UnknownOperation.Error,
        ResetsStaleState = false,
        OpensMediumFirst = true,
        LimitsBootHold = false,
        KeepsWishToClose = false,
        LooksAgainWhenFrontMovedOn = false,
    };

    /// <summary>Later FreeBSD.</summary>
    public static Dialect FreeBsd { get; } = new()
    {
        Name = "freebsd",
        EarlyConnectedBack = EarlyConnectedBack.PublishAnyway,
        SecondPublication = SecondPublication.Ignore,
        BackMissing = PeerStateMissing.Ignore,
        OwnNodeMissing = OwnNodeMissing.SkipButRemember,
        MissedClose = MissedClose.Ignore,
        BackReturned = BackReturned.Ignore,
        FrontInitWait = OddPeerState.Fail,
        Reconfiguring = OddPeerState.Fail,
        LateFeatures = LateFeatures.BeforeInitWait,
        FirstIndex = FirstIndex.Zero,
        UnknownOperation = UnknownOperation.Error,
        ResetsStaleState = false,
        KeepsWishToClose = false,
        LooksAgainWhenFrontMovedOn = false,
    };

    /// <summary>QEMU's back; as a front it stands for none and speaks as the reference does.</summary>
    public static Dialect Qemu { get; } = new()
    {
        Name = "qemu",
        SecondPublication = SecondPublication.Ignore,
        OwnNodeMissing = OwnNodeMissing.MakeAgain,
        RingNames = RingNames.Order,
        MissedClose = MissedClose.Ignore,
        CloseInFlight = CloseInFlight.Wait,
        DefaultAbi = DefaultAbi.X86Bits32,
        LateFeatures = LateFeatures.BeforeInitWait,
        FirstIndex = FirstIndex.Zero,
        UnknownOperation = UnknownOperation.Error,
        BackAttachFailure = BackAttachFailure.StayInInitWait,
        OpensMediumFirst = true,
        KeepsWishToClose = false,
        LooksAgainWhenFrontMovedOn = false,
    };

    /// <summary>NetBSD 2018.</summary>
    public static Dialect NetBsd { get; } = new()
    {
        Name = "netbsd",
        EarlyConnectedBack = EarlyConnectedBack.PublishAnyway,
        SecondPublication = SecondPublication.Ignore,
        BackMissing = PeerStateMissing.Ignore,
        OwnNodeMissing = OwnNodeMissing.MakeAgain,
        RingNames = RingNames.Single,
        ClosingInUse = ClosingInUse.CloseAnyway,
        MissedClose = MissedClose.Ignore,
        CloseInFlight = CloseInFlight.Wait,
        BackReturned = BackReturned.Ignore,
        SuspendInUse = SuspendInUse.Drain,
        LateFeatures = LateFeatures.AtConnected,
        FirstIndex = FirstIndex.Zero,
        UnknownOperation = UnknownOperation.Error,
        HandlersBlock = true,
        SaysClosing = false,
        ResetsStaleState = false,
        KeepsWishToClose = false,
        LooksAgainWhenFrontMovedOn = false,
    };

    /// <summary>All of them, the reference first.</summary>
    public static IReadOnlyList<Dialect> All { get; } = [Reference, Linux, FreeBsd2010, FreeBsd, Qemu, NetBsd];
}
