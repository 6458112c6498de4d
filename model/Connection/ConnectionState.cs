namespace Conformance.Model.Connection;

/// <summary>
/// One connection of a block device, packed: what stands in the store and in the hypervisor, and what each end knows. Values
/// of state nodes are those of <c>XenbusState</c>, 0 where the node is absent.
/// </summary>
/// <remarks>
/// Events carry no values, so a queue of them is a set: a second event that is not merged with the first is the first and a
/// spurious one, which <see cref="ConnectionBounds.Spurious"/> allows. A generation is a number from 1 to 3 that is only
/// compared for equality. An entry that was put aside for later (GT-010) is ended with the unmap that lets it.
/// </remarks>
public struct ConnectionState
{
    /// <summary>What exists in the store.</summary>
    public StoreFacts Store { readonly get; set; }

    /// <summary>What the front has and is.</summary>
    public FrontFacts Front { readonly get; set; }

    /// <summary>What the back has and is.</summary>
    public BackFacts Back { readonly get; set; }

    /// <summary>How often the environment has interfered, by kind, up to what the bounds allow.</summary>
    public Spent Spent { readonly get; set; }

    /// <summary>What went wrong once, for properties.</summary>
    public Faults Faults { readonly get; set; }

    /// <summary>The front's state node.</summary>
    public byte FrontNode { readonly get; set; }

    /// <summary>The back's state node.</summary>
    public byte BackNode { readonly get; set; }

    /// <summary>The generation whose ring and port are published; 0 if none.</summary>
    public byte Published { readonly get; set; }

    /// <summary>What the front does next.</summary>
    public FrontPc FrontPc { readonly get; set; }

    /// <summary>The front's own state as it believes it to be.</summary>
    public byte FrontOwn { readonly get; set; }

    /// <summary>The generation of the front's ring and port; 0 if none.</summary>
    public byte FrontGeneration { readonly get; set; }

    /// <summary>Grants and port of the front.</summary>
    public FrontResources Resources { readonly get; set; }

    /// <summary>What the back does next.</summary>
    public BackPc BackPc { readonly get; set; }

    /// <summary>The back's own state as it believes it to be.</summary>
    public byte BackOwn { readonly get; set; }

    /// <summary>The generation that the back read last; 0 if none.</summary>
    public byte BackGeneration { readonly get; set; }

    /// <summary>What the back maps and has bound.</summary>
    public BackResources Held { readonly get; set; }

    /// <summary>The one request that is followed.</summary>
    public RequestFacts Request { readonly get; set; }

    /// <summary>How far the tool stack is.</summary>
    public ToolPc Tool { readonly get; set; }

    /// <summary>How far a suspend is.</summary>
    public SuspendPc Suspend { readonly get; set; }
}

/// <summary>What exists in the store.</summary>
[Flags]
public enum StoreFacts : ushort
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The front's directory.</summary>
    FrontDirectory = 1 << 0,

    /// <summary>The back's directory.</summary>
    BackDirectory = 1 << 1,

    /// <summary>The back's <c>online</c> is 1.</summary>
    Online = 1 << 2,

    /// <summary>The node that names the medium.</summary>
    Medium = 1 << 3,

    /// <summary>The back's <c>hotplug-status</c>.</summary>
    Hotplug = 1 << 4,

    /// <summary>The back's limits and static features (B2).</summary>
    Limits = 1 << 5,

    /// <summary>The medium's data and late features (B11).</summary>
    Late = 1 << 6,

    /// <summary>The published ring has two pages.</summary>
    TwoPages = 1 << 7,

    /// <summary>The front wrote its protocol.</summary>
    Protocol = 1 << 8,

    /// <summary>A published limit is above the back's.</summary>
    AboveLimit = 1 << 9,

    /// <summary>A node of the publication is missing.</summary>
    Incomplete = 1 << 10,

    /// <summary>The front's error node.</summary>
    FrontError = 1 << 11,

    /// <summary>The back's error node.</summary>
    BackError = 1 << 12,

    /// <summary>Everything that the front publishes.</summary>
    Publication = TwoPages | Protocol | AboveLimit | Incomplete,

    /// <summary>Everything below the back's directory.</summary>
    BelowBack = Online | Medium | Hotplug | Limits | Late,
}

/// <summary>What the front has and is, apart from its place in its program.</summary>
[Flags]
public enum FrontFacts : ushort
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It watches the back's state.</summary>
    Watches = 1 << 0,

    /// <summary>An event of the back's state is queued for it.</summary>
    PeerEvent = 1 << 1,

    /// <summary>An event of its own directory is queued for it.</summary>
    OwnEvent = 1 << 2,

    /// <summary>An event of its bus is queued for it.</summary>
    BusEvent = 1 << 3,

    /// <summary>Its disk is announced.</summary>
    Announced = 1 << 4,

    /// <summary>Somebody uses its disk.</summary>
    Users = 1 << 5,

    /// <summary>It holds up the boot of its domain.</summary>
    BootHold = 1 << 6,

    /// <summary>It was asked to close and refused, as there are users.</summary>
    Vetoes = 1 << 7,

    /// <summary>It begins anew once it is closed.</summary>
    Renews = 1 << 8,

    /// <summary>It closes after a failure.</summary>
    Fails = 1 << 9,

    /// <summary>Its domain is dead.</summary>
    Dead = 1 << 10,

    /// <summary>Queues run: requests may be put on the ring.</summary>
    Runs = 1 << 11,

    /// <summary>It saw its directory or its back vanish and writes nothing more.</summary>
    Detached = 1 << 12,

    /// <summary>Its ring has two pages.</summary>
    TwoPages = 1 << 13,
}

/// <summary>Grants and port of the front.</summary>
[Flags]
public enum FrontResources : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Ring page 0 is granted.</summary>
    Page0 = 1 << 0,

    /// <summary>Ring page 1 is granted.</summary>
    Page1 = 1 << 1,

    /// <summary>A ring page of an earlier generation is still granted, as its revocation was put off.</summary>
    Deferred = 1 << 2,

    /// <summary>A port is allocated for the back.</summary>
    Port = 1 << 3,

    /// <summary>The port is bound by the back.</summary>
    Bound = 1 << 4,

    /// <summary>Both ring pages.</summary>
    Pages = Page0 | Page1,
}

/// <summary>What the back has and is, apart from its place in its program.</summary>
[Flags]
public enum BackFacts : ushort
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It watches the front's state.</summary>
    Watches = 1 << 0,

    /// <summary>It watches the medium.</summary>
    WatchesMedium = 1 << 1,

    /// <summary>An event of the front's state is queued for it.</summary>
    PeerEvent = 1 << 2,

    /// <summary>An event of its own directory is queued for it.</summary>
    OwnEvent = 1 << 3,

    /// <summary>An event of the medium is queued for it.</summary>
    MediumEvent = 1 << 4,

    /// <summary>An event of its bus is queued for it.</summary>
    BusEvent = 1 << 5,

    /// <summary>The medium is open.</summary>
    MediumOpen = 1 << 6,

    /// <summary>It closes after a failure.</summary>
    Fails = 1 << 7,

    /// <summary>It disconnects in order to connect to another generation.</summary>
    Reconnects = 1 << 8,

    /// <summary>Its process or domain is dead.</summary>
    Dead = 1 << 9,

    /// <summary>Its directory vanished: it writes nothing more.</summary>
    Detached = 1 << 10,

    /// <summary>It has decided after a close that the device is finished.</summary>
    Destroyed = 1 << 11,

    /// <summary>It believes the ring to have two pages.</summary>
    TwoPages = 1 << 12,

    /// <summary>It believes the front to use an ABI that the front does not use.</summary>
    WrongAbi = 1 << 13,
}

/// <summary>What the back maps and has bound.</summary>
[Flags]
public enum BackResources : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Ring page 0 is mapped.</summary>
    Page0 = 1 << 0,

    /// <summary>Ring page 1 is mapped.</summary>
    Page1 = 1 << 1,

    /// <summary>A port is bound to the front's.</summary>
    Port = 1 << 2,

    /// <summary>A worker takes requests from the ring.</summary>
    Worker = 1 << 3,

    /// <summary>What is mapped belongs to a generation that the front has given up.</summary>
    Stale = 1 << 4,

    /// <summary>Both ring pages.</summary>
    Pages = Page0 | Page1,
}

/// <summary>Where the one request that is followed is.</summary>
[Flags]
public enum RequestFacts : byte
{
    /// <summary>There is none.</summary>
    None = 0,

    /// <summary>The front has handed it out and waits for its end.</summary>
    Outstanding = 1 << 0,

    /// <summary>It stands on the ring.</summary>
    OnRing = 1 << 1,

    /// <summary>The back works on it.</summary>
    InFlight = 1 << 2,

    /// <summary>Its response stands on the ring.</summary>
    Answered = 1 << 3,

    /// <summary>A request of this ring was answered before.</summary>
    RingUsed = 1 << 4,
}

/// <summary>What went wrong once. Each bit breaks a property.</summary>
[Flags]
public enum Faults : ushort
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A node was written below a directory that had been removed (S5).</summary>
    Resurrected = 1 << 0,

    /// <summary>The back touched a page that it does not map, or of another generation (S1).</summary>
    ForeignAccess = 1 << 1,

    /// <summary>A request was answered twice (S3).</summary>
    AnsweredTwice = 1 << 2,

    /// <summary>A ring page was mapped that was mapped already (XB-015).</summary>
    MappedTwice = 1 << 3,
}

/// <summary>How far the tool stack is.</summary>
public enum ToolPc : byte
{
    /// <summary>The device does not exist yet.</summary>
    Before,

    /// <summary>The device exists.</summary>
    Present,

    /// <summary>It has asked for the removal and waits for the back to be Closed.</summary>
    Waiting,

    /// <summary>It found the back Closed when it asked, and need not wait.</summary>
    Removing,

    /// <summary>It has removed the front's directory by force.</summary>
    Forced,

    /// <summary>The device is removed.</summary>
    Removed,
}

/// <summary>How far a suspend of the front's domain is.</summary>
public enum SuspendPc : byte
{
    /// <summary>The domain runs.</summary>
    Runs,

    /// <summary>The domain stands still.</summary>
    Suspended,
}
