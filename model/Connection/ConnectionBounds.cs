namespace Conformance.Model.Connection;

/// <summary>
/// What the environment may do to a connection besides letting it run, and how often (section 7 of the connection's
/// specification: one fault, or one death, or one suspend a run is enough to expose every known defect).
/// </summary>
public sealed record ConnectionBounds
{
    /// <summary>How the front goes from Initialising on.</summary>
    public FrontStart Start { get; init; }

    /// <summary>Whether the back says Initialised instead of InitWait (XB-012).</summary>
    public bool BackSaysInitialised { get; init; }

    /// <summary>Whether the medium is there with the directories, and not later.</summary>
    public bool MediumAtOnce { get; init; } = true;

    /// <summary>Attach steps that may fail.</summary>
    public byte Failures { get; init; }

    /// <summary>Whether more than one of failure, vanishing, death, crash and suspend may meet in one run.</summary>
    public bool ManyMishaps { get; init; }

    /// <summary>Whether the tool stack may remove the device.</summary>
    public bool Removal { get; init; }

    /// <summary>Whether the tool stack may lose its patience and remove by force.</summary>
    public bool Force { get; init; }

    /// <summary>Whether one of the directories may vanish at any time (I-11, I-12).</summary>
    public bool Vanishing { get; init; }

    /// <summary>How often the front may close by itself and begin anew (I-26, I-35).</summary>
    public byte Reconnects { get; init; }

    /// <summary>Whether the front's domain may die.</summary>
    public bool FrontDeath { get; init; }

    /// <summary>Whether the back may die; it begins anew if <see cref="BackRestart"/> is set.</summary>
    public bool BackDeath { get; init; }

    /// <summary>Whether a back that died is started again.</summary>
    public bool BackRestart { get; init; }

    /// <summary>Whether another kernel may take the front's domain over without cleaning up (I-32).</summary>
    public bool Crash { get; init; }

    /// <summary>How often the front's domain may be suspended, and either resumed elsewhere or let go on.</summary>
    public byte Suspends { get; init; }

    /// <summary>How many events without a change each end may get.</summary>
    public byte Spurious { get; init; }

    /// <summary>Whether somebody may use the disk and a request may be made.</summary>
    public bool Use { get; init; }

    /// <summary>Whether the front holds up the boot while it connects.</summary>
    public bool BootHold { get; init; }

    /// <summary>Whether the front may publish too little or too much (I-05, I-13), or show a state that is not its to show (D-11, D-12).</summary>
    public bool Oddities { get; init; }

    /// <summary>Whether another failure, vanishing, death, crash or suspend may happen.</summary>
    internal bool AllowsMishap(Spent spent) => (spent & Mishaps) == 0 || (ManyMishaps && (spent & Spent.Failure) == 0);

    private const Spent Mishaps = Spent.Failure | Spent.Vanished | Spent.Death | Spent.Crash | Spent.Suspend | Spent.Oddity;
}

/// <summary>How a front goes from Initialising on.</summary>
public enum FrontStart
{
    /// <summary>It waits for InitWait and negotiates.</summary>
    Negotiates,

    /// <summary>It publishes at once and says Initialised (I-01).</summary>
    SkipsInitWait,

    /// <summary>It publishes and says Connected in one transaction (I-02).</summary>
    SaysConnected,
}

/// <summary>What the environment has done so far.</summary>
[Flags]
public enum Spent : ushort
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>An attach step failed.</summary>
    Failure = 1 << 0,

    /// <summary>A directory vanished.</summary>
    Vanished = 1 << 1,

    /// <summary>The first reconnect.</summary>
    Reconnect = 1 << 2,

    /// <summary>The second reconnect.</summary>
    SecondReconnect = 1 << 3,

    /// <summary>A domain died.</summary>
    Death = 1 << 4,

    /// <summary>Another kernel took over.</summary>
    Crash = 1 << 5,

    /// <summary>The first suspend.</summary>
    Suspend = 1 << 6,

    /// <summary>The second suspend.</summary>
    SecondSuspend = 1 << 7,

    /// <summary>An event without a change came to the front.</summary>
    FrontSpurious = 1 << 8,

    /// <summary>An event without a change came to the back.</summary>
    BackSpurious = 1 << 9,

    /// <summary>A request was made.</summary>
    Request = 1 << 10,

    /// <summary>The disk was opened.</summary>
    Open = 1 << 11,

    /// <summary>The front did something odd.</summary>
    Oddity = 1 << 12,

    /// <summary>The device was asked to go.</summary>
    Removal = 1 << 13,
}
