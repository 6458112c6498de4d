namespace Conformance.Model.Connection;

/// <summary>The step that a front takes next; the codes are those of the trace.</summary>
public enum FrontPc : byte
{
    /// <summary>Waits to see its directory (F0).</summary>
    Unseen,

    /// <summary>Resolves the back (F1).</summary>
    Resolve,

    /// <summary>Watches the back's state (F2).</summary>
    Watch,

    /// <summary>Waits for events.</summary>
    Idle,

    /// <summary>Reads the back's limits (F4).</summary>
    ReadLimits,

    /// <summary>Grants ring page 0 (F5.0).</summary>
    GrantPage0,

    /// <summary>Grants ring page 1 (F5.1).</summary>
    GrantPage1,

    /// <summary>Allocates the port (F6).</summary>
    AllocatePort,

    /// <summary>Publishes ring and port (F7).</summary>
    Publish,

    /// <summary>Says Initialised, or Connected (F8).</summary>
    Commit,

    /// <summary>Reads medium and features (F9).</summary>
    ReadMedium,

    /// <summary>Says Connected (F10).</summary>
    Connect,

    /// <summary>Announces the disk (F11).</summary>
    Announce,

    /// <summary>Starts I/O (F12).</summary>
    StartIo,

    /// <summary>Says Closing (F20).</summary>
    BeginClose,

    /// <summary>Stops queues and withdraws the disk (F22).</summary>
    StopQueues,

    /// <summary>Says Closed (F23).</summary>
    SayClosed,

    /// <summary>Closes the port and ends grants (F24).</summary>
    Release,

    /// <summary>Says Initialising again (F25).</summary>
    Renew,

    /// <summary>Ends the connection's resources and makes it again (F26, D-9).</summary>
    Recover,

    /// <summary>Is detached for good.</summary>
    Gone,
}

/// <summary>The step that a back takes next; the codes are those of the trace.</summary>
public enum BackPc : byte
{
    /// <summary>Waits to see its directory (B0).</summary>
    Unseen,

    /// <summary>Resolves the front (B1).</summary>
    Resolve,

    /// <summary>Writes limits and static features (B2).</summary>
    WriteLimits,

    /// <summary>Watches the medium (B3).</summary>
    WatchMedium,

    /// <summary>Opens the medium (B4).</summary>
    OpenMedium,

    /// <summary>Says InitWait, or Initialised (B5).</summary>
    SayReady,

    /// <summary>Watches the front's state (B6).</summary>
    WatchFront,

    /// <summary>Waits for events.</summary>
    Idle,

    /// <summary>Reads what the front published (B7).</summary>
    ReadFront,

    /// <summary>Maps ring page 0 (B8.0).</summary>
    MapPage0,

    /// <summary>Maps ring page 1 (B8.1).</summary>
    MapPage1,

    /// <summary>Binds the port (B9).</summary>
    BindPort,

    /// <summary>Starts the worker (B10).</summary>
    StartWorker,

    /// <summary>Writes the medium's data and late features (B11).</summary>
    WriteMedium,

    /// <summary>Says Connected (B12).</summary>
    SayConnected,

    /// <summary>Says Closing to a front that is closing (B20), and waits for it.</summary>
    AnswerClosing,

    /// <summary>Says Closing (B20) and goes on to tear down.</summary>
    BeginClose,

    /// <summary>Closes the port and stops the worker (B21).</summary>
    ClosePort,

    /// <summary>Waits for requests under way (B22).</summary>
    Drain,

    /// <summary>Unmaps (B23).</summary>
    Unmap,

    /// <summary>Says Closed (B24).</summary>
    SayClosed,

    /// <summary>Looks whether the device is to stay (B25).</summary>
    DecideOnline,

    /// <summary>Says InitWait again (B26).</summary>
    SayReadyAgain,

    /// <summary>Is detached for good.</summary>
    Gone,
}
