using Conformance.Reference.Fibers;
using Microsoft.Coyote.Actors;
using Monitor = Microsoft.Coyote.Specifications.Monitor;

namespace Conformance.Exploration.Coyote;

/// <summary>What an actor is of; the first thing it gets.</summary>
internal sealed class BeginEvent(Session session, FiberGroup? group) : Event
{
    internal Session Session => session;

    internal FiberGroup? Group => group;
}

/// <summary>It is an actor's turn.</summary>
internal sealed class TurnEvent : Event
{
    internal static readonly TurnEvent Instance = new();
}

/// <summary>An actor with nothing in it: the participant's code is that of the fibers.</summary>
internal abstract class ShellActor : Actor
{
    private protected Session Session { get; private set; } = null!;

    internal int Choose(int ways) => RandomInteger(ways);

    internal void Tell(Type monitor, Monitor.Event message) => Monitor(monitor, message);

    internal void Claim(bool holds, string text, object subject) => Assert(holds, text, subject);

    internal ActorId Create(Type type, Event initial) => CreateActor(type, initial);

    internal void Send(ActorId other, Event message) => SendEvent(other, message);

    protected override Task OnInitializeAsync(Event initialEvent)
    {
        Session = ((BeginEvent)initialEvent).Session;
        return base.OnInitializeAsync(initialEvent);
    }
}

/// <summary>A participant: takes a step of one of its fibers each turn, as long as one can go on.</summary>
[OnEventDoAction(typeof(TurnEvent), nameof(TakeTurn))]
internal sealed class ParticipantActor : ShellActor
{
    private FiberGroup _group = null!;

    protected override async Task OnInitializeAsync(Event initialEvent)
    {
        await base.OnInitializeAsync(initialEvent);
        _group = ((BeginEvent)initialEvent).Group!;
        TakeTurn();
    }

    private void TakeTurn()
    {
        if (Session.TakeTurn(this, _group))
        {
            SendEvent(Id, TurnEvent.Instance);
        }
    }
}

/// <summary>The clock: lets time pass when all others sleep.</summary>
[OnEventDoAction(typeof(TurnEvent), nameof(Tick))]
internal sealed class ClockActor : ShellActor
{
    protected override async Task OnInitializeAsync(Event initialEvent)
    {
        await base.OnInitializeAsync(initialEvent);
        Tick();
    }

    private void Tick() => Session.Tick(this);
}
