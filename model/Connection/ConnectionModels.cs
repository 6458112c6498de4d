using Conformance.Model.Checking;

namespace Conformance.Model.Connection;

/// <summary>The connection within the bounds that are checked by name: one theme of the environment each, and some together.</summary>
public static class ConnectionModels
{
    /// <summary>The systems of the reference's dialect.</summary>
    public static IReadOnlyList<ConnectionSystem> Systems(ModelBounds bounds) =>
        [.. Themes(bounds).Select(theme => new ConnectionSystem($"connection/{theme.Name}", theme.Bounds))];

    /// <summary>The models, under the names of their themes.</summary>
    public static IEnumerable<IModel> All(ModelBounds bounds) =>
        Themes(bounds).Select(theme => (IModel)new CheckableModel<ConnectionState>(theme.Summary, new ConnectionSystem($"connection/{theme.Name}", theme.Bounds)))
            .Append(new CheckableModel<TwoConnections>(
                "Two devices whose fronts share one watch thread: each is removed at any moment, and one may hang.", TwoDevices(bounds, SharedEnd.Fronts)))
            .Append(new CheckableModel<TwoConnections>(
                "Two devices whose backs share one watch thread: each is removed at any moment, and one may hang.", TwoDevices(bounds, SharedEnd.Backs)))
            .Append(new ObligationModel());

    /// <summary>Two devices of one guest.</summary>
    internal static TwoDevicesSystem TwoDevices(ModelBounds bounds, SharedEnd end, Dialect? dialect = null, bool mayHang = true) =>
        new(end == SharedEnd.Fronts ? "connection/two-fronts" : "connection/two-backs", new ConnectionBounds { Removal = true }, end, attaches: bounds == ModelBounds.Large, mayHang, dialect);

    /// <summary>Themes: a name, one sentence, and the bounds.</summary>
    internal static IReadOnlyList<(string Name, string Summary, ConnectionBounds Bounds)> Themes(ModelBounds bounds)
    {
        byte twice = bounds == ModelBounds.Large ? (byte)2 : (byte)1;
        bool isLarge = bounds == ModelBounds.Large;
        var together = new ConnectionBounds
        {
            MediumAtOnce = false, Failures = 1, Removal = true, Force = true, Reconnects = twice, Use = true, BootHold = true, Spurious = 1,
            FrontDeath = isLarge, Crash = isLarge, Suspends = isLarge ? (byte)1 : (byte)0, BackDeath = isLarge, BackRestart = isLarge, Vanishing = isLarge,
        };
        return
        [
            ("attach", "Attach in every order, with a late medium and events that come twice.", new ConnectionBounds { MediumAtOnce = false, Spurious = 1, BootHold = true, Use = true }),
            ("skip-initwait", "A front that says Initialised without waiting for InitWait.", new ConnectionBounds { Start = FrontStart.SkipsInitWait, MediumAtOnce = false, Spurious = 1, BootHold = true, Removal = true }),
            ("firmware", "A front that publishes and says Connected in one transaction.", new ConnectionBounds { Start = FrontStart.SaysConnected, MediumAtOnce = false, Spurious = 1, BootHold = true, Removal = true }),
            ("back-initialised", "A back that says Initialised instead of InitWait.", new ConnectionBounds { BackSaysInitialised = true, MediumAtOnce = false, Spurious = 1, Removal = true }),
            ("failures", "One attach step fails, each in turn, on either side.", new ConnectionBounds { Failures = 1, MediumAtOnce = false, BootHold = true, Removal = true, Spurious = isLarge ? (byte)1 : (byte)0 }),
            ("removal", "The device is removed at any moment, in use or not, in order or by force.", new ConnectionBounds { Removal = true, Force = true, Use = true, BootHold = true, Spurious = 1 }),
            ("vanishing", "One of the directories vanishes at any moment.", new ConnectionBounds { Vanishing = true, Removal = true, Use = true, BootHold = true, MediumAtOnce = false }),
            ("reconnect", "The front closes and begins anew, at any speed, and may be removed meanwhile.", new ConnectionBounds { Reconnects = twice, Removal = true, Use = true, Spurious = 1 }),
            ("death", "The front's domain dies at any moment.", new ConnectionBounds { FrontDeath = true, Removal = true, Use = true, BootHold = true }),
            ("back-death", "The back dies at any moment and stays dead.", new ConnectionBounds { BackDeath = true, Use = true, BootHold = true }),
            ("back-restart", "The back dies at any moment and is started again.", new ConnectionBounds { BackDeath = true, BackRestart = true, Use = true, Spurious = isLarge ? (byte)1 : (byte)0 }),
            ("crash", "Another kernel takes the front's domain over at any moment.", new ConnectionBounds { Crash = true, Removal = isLarge, Use = true }),
            ("suspend", "The front's domain is suspended at any moment, and goes on or is resumed in a new world.", new ConnectionBounds { Suspends = twice, Use = true, BootHold = true, Removal = isLarge }),
            ("oddities", "A front publishes too little, too much, or shows a state that is not its to show.", new ConnectionBounds { Oddities = true, Removal = true, BootHold = true }),
            ("together", "All of these together, as far as the bounds allow.", together),
        ];
    }
}
