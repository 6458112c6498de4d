namespace Conformance.Model.Connection;

/// <summary>What the shared parts do when they are changed: nodes and their events, and what dies with what.</summary>
internal static class StateChanges
{
    public const byte Unknown = 0;
    public const byte Initialising = 1;
    public const byte InitWait = 2;
    public const byte Initialised = 3;
    public const byte Connected = 4;
    public const byte Closing = 5;
    public const byte Closed = 6;
    public const byte Reconfiguring = 7;

    /// <summary>A number for a new generation, unlike those that the store and the back still have.</summary>
    public static byte NewGeneration(in ConnectionState state)
    {
        byte generation = 1;
        while (generation == state.Published || generation == state.BackGeneration)
        {
            generation++;
        }

        return generation;
    }

    /// <summary>The front's state node changes; the back hears of it.</summary>
    public static void SetFrontNode(ref ConnectionState state, byte value)
    {
        state.FrontNode = value;
        if ((state.Back & BackFacts.Watches) != 0)
        {
            state.Back |= BackFacts.PeerEvent;
        }
    }

    /// <summary>The back's state node changes; the front hears of it.</summary>
    public static void SetBackNode(ref ConnectionState state, byte value)
    {
        state.BackNode = value;
        if ((state.Front & FrontFacts.Watches) != 0)
        {
            state.Front |= FrontFacts.PeerEvent;
        }
    }

    /// <summary>The front's directory goes with all below it.</summary>
    public static void RemoveFrontDirectory(ref ConnectionState state)
    {
        state.Store &= ~(StoreFacts.FrontDirectory | StoreFacts.Publication);
        state.Published = 0;
        SetFrontNode(ref state, Unknown);
        if ((state.Front & FrontFacts.Dead) == 0 && state.FrontPc is not (FrontPc.Unseen or FrontPc.Gone))
        {
            state.Front |= FrontFacts.OwnEvent;
        }
    }

    /// <summary>The back's directory goes with all below it.</summary>
    public static void RemoveBackDirectory(ref ConnectionState state)
    {
        state.Store &= ~(StoreFacts.BackDirectory | StoreFacts.BelowBack);
        SetBackNode(ref state, Unknown);
        TellBackOfOwn(ref state);
    }

    /// <summary>A node of the back's own directory was changed by somebody else.</summary>
    public static void TellBackOfOwn(ref ConnectionState state)
    {
        if ((state.Back & BackFacts.Dead) == 0 && state.BackPc is not (BackPc.Unseen or BackPc.Gone))
        {
            state.Back |= BackFacts.OwnEvent;
        }
    }

    /// <summary>The front closes its port and ends its grants; what the back maps is put off until it is unmapped.</summary>
    public static void ReleaseFront(ref ConnectionState state)
    {
        bool isMapped = (state.Held & BackResources.Pages) != 0 && (state.Held & BackResources.Stale) == 0;
        bool wasGranted = (state.Resources & FrontResources.Pages) != 0;
        var deferred = state.Resources & FrontResources.Deferred;
        state.Resources = wasGranted && isMapped ? FrontResources.Deferred : deferred;
        if (isMapped)
        {
            state.Held |= BackResources.Stale;
        }

        state.FrontGeneration = 0;
        state.Front &= ~FrontFacts.TwoPages;
        state.Request &= RequestFacts.InFlight;
    }

    /// <summary>The back unmaps everything; what the front put off ends with it.</summary>
    public static void UnmapAll(ref ConnectionState state)
    {
        state.Held &= ~(BackResources.Pages | BackResources.Stale);
        state.Resources &= ~FrontResources.Deferred;
    }

    /// <summary>The back closes its port; the front's falls back to unbound.</summary>
    public static void CloseBackPort(ref ConnectionState state)
    {
        state.Held &= ~(BackResources.Port | BackResources.Worker);
        state.Resources &= ~FrontResources.Bound;
    }

    /// <summary>Whether the back holds anything of the front.</summary>
    public static bool BackHolds(in ConnectionState state) => (state.Held & (BackResources.Pages | BackResources.Port)) != 0;

    public static bool Is(this StoreFacts facts, StoreFacts wanted) => (facts & wanted) == wanted;

    public static bool Is(this FrontFacts facts, FrontFacts wanted) => (facts & wanted) == wanted;

    public static bool Is(this BackFacts facts, BackFacts wanted) => (facts & wanted) == wanted;

    public static bool Is(this FrontResources facts, FrontResources wanted) => (facts & wanted) == wanted;

    public static bool Is(this BackResources facts, BackResources wanted) => (facts & wanted) == wanted;

    public static bool Is(this RequestFacts facts, RequestFacts wanted) => (facts & wanted) == wanted;

    public static bool Is(this Spent facts, Spent wanted) => (facts & wanted) == wanted;
}
