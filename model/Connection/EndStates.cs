using static Conformance.Model.Connection.StateChanges;

namespace Conformance.Model.Connection;

/// <summary>Where a connection may come to rest: the end-state predicates.</summary>
public static class EndStates
{
    private const Spent Excuses = Spent.Failure | Spent.Vanished | Spent.Death | Spent.Oddity;

    /// <summary>The states by name, with what they are in a sentence and the predicate that says so.</summary>
    internal static IReadOnlyList<(string Name, string Meaning, Checking.StatePredicate<ConnectionState> Is)> All { get; } =
    [
        ("Connected", "Both show Connected; both use the same ring, channel, ABI and generation, and every page is mapped once; the disk is there, and no request waits.", IsConnected),
        ("Vetoed", "The back shows Closing, the front refuses as it has users, and everything goes on as before (XB-024).", IsVetoed),
        ("ClosedKeep", "Both are closed and hold nothing; the device stays for another connection.", IsClosedKeep),
        ("Gone", "Both are closed and hold nothing; both directories are gone.", IsGone),
        ("FailedAttach", "Both are closed and hold nothing after a step of an attach failed, and an error node says so; nobody's boot is held up.", IsFailedAttach),
    ];

    /// <summary>Both ends are Connected to the same ring, channel, ABI and generation, and the disk is there.</summary>
    public static bool IsConnected(in ConnectionState state)
    {
        var wanted = BackResources.Page0 | BackResources.Port | BackResources.Worker | (state.Store.Is(StoreFacts.TwoPages) ? BackResources.Page1 : BackResources.None);
        return state.FrontNode == StateChanges.Connected && state.BackNode == StateChanges.Connected && HasDisk(in state)
            && state.Held == wanted && state.FrontGeneration == state.BackGeneration && state.Resources.Is(FrontResources.Port | FrontResources.Bound)
            && state.Front.Is(FrontFacts.TwoPages) == state.Back.Is(BackFacts.TwoPages) && !state.Back.Is(BackFacts.WrongAbi)
            && !state.Request.Is(RequestFacts.Outstanding);
    }

    /// <summary>The front refuses to close as there are users, and everything goes on as before (XB-024), unless the back was lost.</summary>
    public static bool IsVetoed(in ConnectionState state) =>
        state.Front.Is(FrontFacts.Vetoes | FrontFacts.Users) && state.BackNode == Closing && HasDisk(in state)
        && ((state.Held.Is(BackResources.Page0 | BackResources.Port | BackResources.Worker) && !state.Held.Is(BackResources.Stale)) || state.Spent.Is(Spent.Death));

    /// <summary>Both are closed, hold nothing, and the device stays.</summary>
    public static bool IsClosedKeep(in ConnectionState state) =>
        FrontIsClosed(in state) && BackIsClosed(in state) && state.Store.Is(StoreFacts.FrontDirectory | StoreFacts.BackDirectory);

    /// <summary>Both are closed, hold nothing, and both directories are gone.</summary>
    public static bool IsGone(in ConnectionState state) =>
        FrontIsClosed(in state) && BackIsClosed(in state) && (state.Store & (StoreFacts.FrontDirectory | StoreFacts.BackDirectory)) == 0;

    /// <summary>Both are closed after an attach step failed, and an error node says so.</summary>
    public static bool IsFailedAttach(in ConnectionState state) =>
        FrontIsClosed(in state) && BackIsClosed(in state) && (state.Store & (StoreFacts.FrontError | StoreFacts.BackError)) != 0;

    /// <summary>Whether a connection may rest here: in one of the states above, with a reason to be there, and nobody's boot held up.</summary>
    public static bool IsEnd(in ConnectionState state)
    {
        if (state.Front.Is(FrontFacts.BootHold) || state.Tool == ToolPc.Before || state.Suspend != SuspendPc.Runs)
        {
            return false;
        }

        if (state.Back.Is(BackFacts.Dead) || IsVetoed(in state))
        {
            return true;
        }

        return state.Tool switch
        {
            ToolPc.Present => IsConnected(in state) || (FrontIsClosed(in state) && BackIsClosed(in state) && (state.Spent & Excuses) != 0),
            ToolPc.Removed => FrontIsClosed(in state) && BackIsClosed(in state) && (IsGone(in state) || state.Spent.Is(Spent.Vanished)),
            _ => false,
        };
    }

    /// <summary>The front has let go of everything.</summary>
    public static bool FrontIsClosed(in ConnectionState state) =>
        (state.FrontOwn == Closed || state.FrontPc is FrontPc.Gone or FrontPc.Unseen || WaitsInVain(in state))
        && (state.Resources & ~FrontResources.Deferred) == 0 && !state.Front.Is(FrontFacts.Announced) && !state.Request.Is(RequestFacts.Outstanding);

    /// <summary>The back has let go of everything.</summary>
    public static bool BackIsClosed(in ConnectionState state) =>
        (state.BackOwn == Closed || state.BackPc is BackPc.Gone or BackPc.Unseen) && state.Held == BackResources.None;

    /// <summary>A front that began, and whose back failed before it came into being, holds nothing and need not say more.</summary>
    private static bool WaitsInVain(in ConnectionState state) =>
        state.FrontOwn == Initialising && state.FrontGeneration == 0 && state.BackNode == Closed && !state.Store.Is(StoreFacts.Online);

    private static bool HasDisk(in ConnectionState state) => state.Front.Is(FrontFacts.Announced | FrontFacts.Runs);
}
