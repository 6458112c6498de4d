namespace Conformance.Model.Trace;

/// <summary>
/// The phases of a block front's way through a connection, as a trace carries them and a deviation plan names them.
/// Phases that come several times, one a ring page or a queue, have a number behind a point.
/// </summary>
public static class FrontStep
{
    /// <summary>Takes the device's directory.</summary>
    public const string See = "F0";

    /// <summary>Resolves the back's directory and domain, and the device's own number.</summary>
    public const string Resolve = "F1";

    /// <summary>Watches the back's state; the bus does it.</summary>
    public const string WatchPeer = "F2";

    /// <summary>Saw the back in InitWait.</summary>
    public const string SeeInitWait = "F3";

    /// <summary>Reads the back's limits.</summary>
    public const string ReadLimits = "F4";

    /// <summary>Grants one ring page; numbered.</summary>
    public const string GrantRingPage = "F5";

    /// <summary>Allocates the event port; numbered when there are several queues.</summary>
    public const string AllocatePort = "F6";

    /// <summary>Publishes references, port, protocol and limits.</summary>
    public const string Publish = "F7";

    /// <summary>Says so: Initialised, or Connected for a front that waits for nothing. A generation begins.</summary>
    public const string Commit = "F8";

    /// <summary>Reads the medium and the features of a Connected back.</summary>
    public const string ReadMedium = "F9";

    /// <summary>Becomes Connected.</summary>
    public const string Connect = "F10";

    /// <summary>Announces the disk.</summary>
    public const string Announce = "F11";

    /// <summary>Starts queued I/O.</summary>
    public const string StartIo = "F12";

    /// <summary>Begins to close.</summary>
    public const string BeginClose = "F20";

    /// <summary>Looks whether anybody uses the disk, and refuses to close if so.</summary>
    public const string CheckUsers = "F21";

    /// <summary>Stops the queues and withdraws the disk.</summary>
    public const string StopQueues = "F22";

    /// <summary>Says Closed.</summary>
    public const string Close = "F23";

    /// <summary>Closes ports and ends grants.</summary>
    public const string Release = "F24";

    /// <summary>Begins anew.</summary>
    public const string Renew = "F25";

    /// <summary>The back left Connected by itself: the connection is made again (D-9).</summary>
    public const string Recover = "F26";
}
