namespace Conformance.Model.Connection;

/// <summary>The end of two devices that runs in one domain, and so has one thread for the watch events of both.</summary>
internal abstract class SharedEnd
{
    /// <summary>Two fronts in a guest.</summary>
    public static SharedEnd Fronts { get; } = new OfFronts();

    /// <summary>Two backs in a control domain.</summary>
    public static SharedEnd Backs { get; } = new OfBacks();

    /// <summary>Which end it is.</summary>
    public abstract ConnectionParticipant Participant { get; }

    /// <summary>How the end speaks.</summary>
    public abstract Dialect DialectOf(ConnectionSystem system);

    /// <summary>The events that an end has been handed and has not looked at, one bit each.</summary>
    public abstract byte EventsOf(in ConnectionState state);

    /// <summary>Changes the events that an end has been handed.</summary>
    public abstract void SetEvents(ref ConnectionState state, byte events);

    /// <summary>Whether an end is in no handler.</summary>
    public abstract bool IsIdle(in ConnectionState state);

    /// <summary>Whether an end hears nothing any more.</summary>
    public abstract bool IsGone(in ConnectionState state);

    /// <summary>Whether an end waits in a handler for I/O that was under way.</summary>
    public abstract bool WaitsForIo(in ConnectionState state);

    /// <summary>An event in words.</summary>
    public abstract string NameOf(byte what);

    private sealed class OfFronts : SharedEnd
    {
        private const FrontFacts Events = FrontFacts.PeerEvent | FrontFacts.OwnEvent | FrontFacts.BusEvent;

        public override ConnectionParticipant Participant => ConnectionParticipant.Front;

        public override Dialect DialectOf(ConnectionSystem system) => system.Front;

        public override byte EventsOf(in ConnectionState state) => (byte)(state.Front & Events);

        public override void SetEvents(ref ConnectionState state, byte events) => state.Front = (state.Front & ~Events) | (FrontFacts)events;

        public override bool IsIdle(in ConnectionState state) => state.FrontPc is FrontPc.Unseen or FrontPc.Idle or FrontPc.Gone;

        public override bool IsGone(in ConnectionState state) => state.FrontPc == FrontPc.Gone;

        public override bool WaitsForIo(in ConnectionState state) => state.FrontPc == FrontPc.StopQueues;

        public override string NameOf(byte what) => (FrontFacts)what switch
        {
            FrontFacts.PeerEvent => "the back's state",
            FrontFacts.OwnEvent => "the own directory",
            _ => "the bus",
        };
    }

    private sealed class OfBacks : SharedEnd
    {
        private const BackFacts Events = BackFacts.PeerEvent | BackFacts.OwnEvent | BackFacts.MediumEvent | BackFacts.BusEvent;

        public override ConnectionParticipant Participant => ConnectionParticipant.Back;

        public override Dialect DialectOf(ConnectionSystem system) => system.Back;

        public override byte EventsOf(in ConnectionState state) => (byte)(state.Back & Events);

        public override void SetEvents(ref ConnectionState state, byte events) => state.Back = (state.Back & ~Events) | (BackFacts)events;

        public override bool IsIdle(in ConnectionState state) => state.BackPc is BackPc.Unseen or BackPc.Idle or BackPc.Gone;

        public override bool IsGone(in ConnectionState state) => state.BackPc == BackPc.Gone;

        public override bool WaitsForIo(in ConnectionState state) => state.BackPc == BackPc.Drain;

        public override string NameOf(byte what) => (BackFacts)what switch
        {
            BackFacts.PeerEvent => "the front's state",
            BackFacts.OwnEvent => "the own directory",
            BackFacts.MediumEvent => "the medium",
            _ => "the bus",
        };
    }
}
