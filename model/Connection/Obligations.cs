using Conformance.Model.Checking;
using Conformance.Model.Protocol.XenBus;
using static Conformance.Model.Connection.ConnectionParticipant;
using static Conformance.Model.Protocol.XenBus.XenbusState;

namespace Conformance.Model.Connection;

/// <summary>
/// The obligations of the product table, cell by cell. Any cell may be shown by some pair of ends, so what counts is not
/// which moves are permitted but what must come of each. Both ends of a connection may fail or be asked to go at any time,
/// so an obligation to connect is met by a close too, and every obligation towards an end by the end of its directory.
/// </summary>
public static class Obligations
{
    private static readonly StatePredicate<ConnectionState> FrontMoves = static (in ConnectionState state) => state.FrontNode != (byte)Initialising || BackLeft(in state);
    private static readonly StatePredicate<ConnectionState> FrontLetsGo = EndStates.FrontIsClosed;
    private static readonly StatePredicate<ConnectionState> BackLetsGo = EndStates.BackIsClosed;
    private static readonly StatePredicate<ConnectionState> BackAnswers = static (in ConnectionState state) => state.BackNode == (byte)Connected || BackLeft(in state) || FrontLeft(in state);
    private static readonly StatePredicate<ConnectionState> BackComes = static (in ConnectionState state) => state.BackNode != (byte)Initialising;
    private static readonly StatePredicate<ConnectionState> FrontConnects = static (in ConnectionState state) => EndStates.IsConnected(in state) || state.Front.Is(FrontFacts.Runs) || BackLeft(in state) || FrontLeft(in state);
    private static readonly StatePredicate<ConnectionState> BackCloses = static (in ConnectionState state) => BackLeft(in state) || state.FrontNode == (byte)Initialising;
    private static readonly StatePredicate<ConnectionState> BackIsClosed = static (in ConnectionState state) => state.BackNode is (byte)Closed or (byte)Unknown || state.FrontNode == (byte)Initialising;
    private static readonly StatePredicate<ConnectionState> FrontIsClosed = static (in ConnectionState state) => state.FrontNode is (byte)Closed or (byte)Unknown or (byte)Initialising;

    private static readonly StatePredicate<ConnectionState> IsRemovedIfAsked = static (in ConnectionState state) => state.Tool == ToolPc.Present || state.BackNode != (byte)Closed;
    private static readonly StatePredicate<ConnectionState> FrontLeavesOrRefuses = static (in ConnectionState state) => FrontLeft(in state) || state.FrontNode == (byte)Initialising || EndStates.IsVetoed(in state);

    /// <summary>All of them, in the order of the table.</summary>
    public static IReadOnlyList<Obligation> All { get; } =
    [
        .. FrontInitialising(), .. FrontPublished(), .. FrontClosing(), .. FrontClosed(), .. FrontGone(),
    ];

    /// <summary>
    /// What they are checked in: every theme of the environment by itself, and two more for the cells that need two of them,
    /// a back that says Initialised and something that goes wrong.
    /// </summary>
    public static IReadOnlyList<ConnectionSystem> Systems { get; } =
    [
        .. ConnectionModels.Systems(ModelBounds.Default).Where(system => system.Name != "connection/together"),
        new("connection/back-initialised-fails", new() { BackSaysInitialised = true, Failures = 1, Vanishing = true, MediumAtOnce = false }),
        new("connection/back-initialised-firmware", new() { BackSaysInitialised = true, Start = FrontStart.SaysConnected, MediumAtOnce = false, Removal = true }),
    ];

    /// <summary>The obligations of one cell.</summary>
    public static IEnumerable<Obligation> Of(ProductCell cell) => All.Where(obligation => obligation.Cell == cell);

    private static IEnumerable<Obligation> FrontInitialising() =>
    [
        new(new(Initialising, Initialising), Back, "writes its limits and comes to InitWait, or closes as it cannot", ["XB-009", "XB-012"], BackComes),
        new(new(Initialising, InitWait), Front, "negotiates, publishes and says Initialised", ["XB-008", "XB-010"], FrontMoves),
        new(new(Initialising, Initialised), Front, "negotiates as if it saw InitWait", ["XB-012"], FrontMoves),
        new(new(Initialising, Connected), Front, "publishes nothing into another's connection: the old one is closed first, by either end", ["XB-013", "XB-059", "XB-014"], FrontMoves),
        new(new(Initialising, Closing), Back, "goes on to Closed, whether or not the front closes too", ["XB-014", "XB-029", "XB-062"], static (in ConnectionState state) => state.BackNode != (byte)Closing),
        new(new(Initialising, Closed), Back, "returns to InitWait if online is 1; if it is 0, the tool stack removes the device", ["XB-025", "XB-026", "XB-028"], static (in ConnectionState state) => state.BackNode != (byte)Closed || IsAtRest(in state)),
        new(new(Initialising, Unknown), Front, "lets go of everything and writes nothing for the back", ["XB-032"], FrontLetsGo),
    ];

    private static IEnumerable<Obligation> FrontPublished()
    {
        foreach (var front in (XenbusState[])[Initialised, Connected])
        {
            string[] skips = front == Initialised ? ["XB-010"] : ["XB-011"];
            yield return new(new(front, Initialising), Back, "connects once it has come to InitWait, without another event", ["XB-053", .. skips], BackAnswers);
            yield return new(new(front, InitWait), Back, "maps the ring, binds the port and says Connected, or closes as it cannot; a medium that comes later does not excuse it", ["XB-009", "XB-051", "NG-047", .. skips], BackAnswers);
            yield return new(new(front, Initialised), Back, "connects as from InitWait", ["XB-012", "XB-051"], BackAnswers);
            yield return front == Initialised
                ? new(new(front, Connected), Front, "reads the medium, says Connected and announces the disk", ["XB-008", "XB-052"], FrontConnects)
                : new(new(front, Connected), Back, "answers every request that it takes, for as long as both stay", ["BF-039", "BB-016"], static (in ConnectionState state) => !state.Request.Is(RequestFacts.Outstanding) || BackLeft(in state) || FrontLeft(in state));
            yield return front == Initialised
                ? new(new(front, Closing), Front, "closes, or finds itself connected and in use and refuses", ["XB-018", "XB-023"], FrontLeavesOrRefuses)
                : new(new(front, Closing), Front, "closes, or refuses while it has users and is served meanwhile", ["XB-018", "XB-023", "XB-024"], FrontLeavesOrRefuses);
            yield return front == Initialised
                ? new(new(front, Closed), Front, "closes, unless it has just begun anew and the back returns to InitWait for it", ["XB-018", "XB-025"], static (in ConnectionState state) => FrontLeft(in state) || state.BackNode == (byte)InitWait)
                : new(new(front, Closed), Front, "closes, or gives the connection up for lost and begins anew", ["XB-018", "XB-014", "RS-015"], static (in ConnectionState state) => FrontLeft(in state) || state.FrontNode == (byte)Initialising);
            yield return new(new(front, Unknown), Front, "lets go of everything; requests under way end or wait for a new back", ["XB-032", "XB-047"], FrontLetsGo);
        }
    }

    private static IEnumerable<Obligation> FrontClosing()
    {
        foreach (var back in (XenbusState[])[Initialising, InitWait, Initialised, Connected])
        {
            yield return new(new(Closing, back), Back, "says Closing", ["XB-019", "XB-062"], BackCloses);
        }

        yield return new(new(Closing, Closing), Front, "stops its queues and says Closed; neither waits for the other", ["XB-022", "XB-018"], FrontIsClosed);
        yield return new(new(Closing, Closed), Front, "says Closed", ["XB-018", "XB-022"], FrontIsClosed);
        yield return new(new(Closing, Unknown), Front, "lets go of everything", ["XB-032"], FrontLetsGo);
    }

    private static IEnumerable<Obligation> FrontClosed()
    {
        foreach (var back in (XenbusState[])[Initialising, InitWait, Initialised, Connected])
        {
            yield return new(new(Closed, back), Back, "closes, even if the Closed is left from an earlier life of the front", ["XB-019", "XB-062"], BackCloses);
        }

        yield return new(new(Closed, Closing), Back, "ends requests under way, unmaps, and only then says Closed", ["XB-019", "XB-020", "BB-028"], BackIsClosed);
        yield return new(new(Closed, Closed), ToolStack, "removes the device if that was asked for; otherwise both stay for a new connection if online is 1", ["XB-025", "XB-027"], IsRemovedIfAsked);
        yield return new(new(Closed, Unknown), Front, "lets go of everything", ["XB-032", "XB-033"], FrontLetsGo);
    }

    private static IEnumerable<Obligation> FrontGone()
    {
        foreach (var back in (XenbusState[])[Initialising, InitWait, Initialised, Connected, Closing])
        {
            yield return new(new(Unknown, back), Back, "lets go of everything, dead front or not", ["XB-032", "XB-046", "GT-032"], BackLetsGo);
        }

        yield return new(new(Unknown, Closed), ToolStack, "removes the back's directory if the removal was asked for; the back holds nothing any more", ["XB-027", "XB-020"], IsRemovedIfAsked);
        yield return new(new(Unknown, Unknown), Back, "holds nothing, and nobody makes a node again", ["XB-033", "XB-007"], static (in ConnectionState state) => EndStates.IsGone(in state));
    }

    private static bool BackLeft(in ConnectionState state) => state.BackNode is (byte)Closing or (byte)Closed or (byte)Unknown;

    private static bool FrontLeft(in ConnectionState state) => state.FrontNode is (byte)Closing or (byte)Closed or (byte)Unknown;

    private static bool IsAtRest(in ConnectionState state) => EndStates.BackIsClosed(in state) && EndStates.FrontIsClosed(in state);
}
