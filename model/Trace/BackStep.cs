namespace Conformance.Model.Trace;

/// <summary>The phases of a back through a connection, as a trace carries them in its <c>step</c> field.</summary>
public static class BackStep
{
    /// <summary>The directory of the device is seen.</summary>
    public const string SeeDirectory = "B0";

    /// <summary>The front's directory and domain are found.</summary>
    public const string FindFront = "B1";

    /// <summary>Limits and static features are written: all that a front uses for sizing (NG-003).</summary>
    public const string PublishLimits = "B2";

    /// <summary>The nodes that name the medium are watched.</summary>
    public const string WatchMedium = "B3";

    /// <summary>The medium is opened.</summary>
    public const string OpenMedium = "B4";

    /// <summary>The own state becomes InitWait.</summary>
    public const string InitWait = "B5";

    /// <summary>The front's state is watched.</summary>
    public const string WatchFront = "B6";

    /// <summary>What the front published is read; a generation begins.</summary>
    public const string ReadFront = "B7";

    /// <summary>A ring page is mapped; its number follows behind a dot.</summary>
    public const string MapRing = "B8";

    /// <summary>A port is bound; the queue's number follows behind a dot.</summary>
    public const string BindPort = "B9";

    /// <summary>A worker is started; the queue's number follows behind a dot.</summary>
    public const string StartWorker = "B10";

    /// <summary>The medium and the late features are written.</summary>
    public const string PublishMedium = "B11";

    /// <summary>The own state becomes Connected.</summary>
    public const string Connected = "B12";

    /// <summary>The own state becomes Closing.</summary>
    public const string Closing = "B20";

    /// <summary>The ports are closed: nothing more is taken.</summary>
    public const string ClosePort = "B21";

    /// <summary>What was in flight is done.</summary>
    public const string Drain = "B22";

    /// <summary>Data and rings are unmapped.</summary>
    public const string Unmap = "B23";

    /// <summary>The own state becomes Closed.</summary>
    public const string Closed = "B24";

    /// <summary>The device is destroyed, or waits for the front to begin anew.</summary>
    public const string DecideOnline = "B25";

    /// <summary>The own state becomes InitWait again after a close.</summary>
    public const string InitWaitAgain = "B26";

    /// <summary>The back's own domain is to be suspended, which a connection refuses (RS-012).</summary>
    public const string Suspend = "B27";
}
