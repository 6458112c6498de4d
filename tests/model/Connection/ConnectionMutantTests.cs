using Conformance.Model.Checking;
using Conformance.Model.Connection;

namespace Conformance.Tests.Model.Connection;

/// <summary>Each property of the connection is broken by a mutant: a wrong step, or a dialect that takes the wrong side.</summary>
public sealed class ConnectionMutantTests
{
    private static readonly ConnectionBounds Use = new() { Use = true };
    private static readonly ConnectionBounds Removal = new() { Removal = true };
    private static readonly ConnectionBounds Vanishing = new() { Vanishing = true };
    private static readonly ConnectionBounds Reconnect = new() { Reconnects = 1 };
    private static readonly ConnectionBounds Failure = new() { Failures = 1, BootHold = true };
    private static readonly ConnectionBounds Restart = new() { BackDeath = true, BackRestart = true, Use = true };
    private static readonly Dialect Reference = Dialects.Reference;

    private static readonly Mutant[] Mutants =
    [
        new("S1", Use, After(BackPc.MapPage0, static (ref ConnectionState after) => after.Held &= ~BackResources.Page0)),
        new("S2", Removal, After(FrontPc.Release, static (ref ConnectionState after) => after.Resources &= ~FrontResources.Deferred)),
        new("S3", Restart, Back: Reference with { FirstIndex = FirstIndex.Zero }),
        new("S4", Removal, After(BackPc.Unmap, static (ref ConnectionState after) => after.Held |= BackResources.Page0)),
        new("S5", Vanishing, Back: Reference with { OwnNodeMissing = OwnNodeMissing.MakeAgain }),
        new("S6 a back", Reconnect, After(BackPc.Unmap, static (ref ConnectionState after) => after.Held |= BackResources.Page0)),
        new("S6 a front", Reconnect, Front: Reference with { WaitsForClosedBack = false, EarlyConnectedBack = EarlyConnectedBack.PublishAnyway }),
        new("a back that says Connected has published", new(), After(BackPc.SayConnected, static (ref ConnectionState after) => after.Store &= ~StoreFacts.Late)),
        new("a back keeps serving", Removal with { Use = true }, Back: Reference with { TearsDownAtOwnClosing = true }),
        new("a finished device", Removal, After(BackPc.DecideOnline, static (ref ConnectionState after) => after.Store |= StoreFacts.Hotplug)),
        new("a disk is announced", Removal, After(FrontPc.Release, static (ref ConnectionState after) => after.Front |= FrontFacts.Runs)),
        new("a front takes its states", new(), After(FrontPc.Commit, static (ref ConnectionState after) => after.FrontNode = 7)),
        new("a back takes its states", new(), After(BackPc.SayReady, static (ref ConnectionState after) => after.BackNode = 6)),
        new("each end writes", new(), After(FrontPc.Commit, static (ref ConnectionState after) => after.BackNode = 5)),
        new("a back says Connected with", new(), After(BackPc.BindPort, static (ref ConnectionState after) => after.Held &= ~BackResources.Port)),
        new("a back reports no failure", Restart, Back: Reference with { LooksAgainWhenFrontMovedOn = false }),
        new("a front says Connected after", Reconnect, Front: Reference with { WaitsForClosedBack = false, EarlyConnectedBack = EarlyConnectedBack.PublishAnyway }),
        new("an attach ends", Failure, Back: Reference with { BackAttachFailure = BackAttachFailure.StayInInitWait }),
        new("a boot hold is released", Failure, Front: Reference with { LimitsBootHold = false }, Back: Reference with { BackAttachFailure = BackAttachFailure.StayInInitWait }),
        new("a close that was asked for", Removal, Back: Reference with { KeepsWishToClose = false }),
        new("a request comes to its end", Use, static (in ConnectionState _, StepId step, ref ConnectionState _) => step.Code != (byte)ConnectionStep.Answer),
        new("no state is stuck", Vanishing, Front: Reference with { BackMissing = PeerStateMissing.Ignore }),
    ];

    private delegate void Twist(ref ConnectionState after);

    public static TheoryData<string> Properties => [.. Mutants.Select(mutant => mutant.Property)];

    [Theory]
    [MemberData(nameof(Properties))]
    [Trait("Clause", "XB-008")]
    [Trait("Clause", "XB-020")]
    public void EveryProperty_IsBroken_ByItsMutant(string property)
    {
        var mutant = Mutants.Single(mutant => mutant.Property == property);
        var broken = Verdict(mutant);

        Assert.Equal(PropertyVerdict.Broken, broken.Verdict);
        Assert.NotEmpty(broken.Counterexample!.Steps);
    }

    /// <summary>The ways to be Connected to a ring that the back has not mapped.</summary>
    [Theory]
    [InlineData("does not wait for its back")]
    [InlineData("publishes for a back that is Connected to somebody else")]
    [InlineData("makes its directory again")]
    [Trait("Clause", "XB-013")]
    public void AFrontThatIsConnectedTooEarly_BreaksXB013(string how)
    {
        const string Property = "a front says Connected after";
        var mutant = how switch
        {
            "does not wait for its back" => new Mutant(Property, new(), After(FrontPc.Commit, static (ref ConnectionState after) => after.FrontPc = FrontPc.Connect)),
            "makes its directory again" => new Mutant(Property, Vanishing, Front: Reference with { OwnNodeMissing = OwnNodeMissing.MakeAgain }),
            _ => new Mutant(Property, new() { Start = FrontStart.SaysConnected }, After(ConnectionStep.Add, static (ref ConnectionState after) => after.BackNode = 4)),
        };

        Assert.Equal(PropertyVerdict.Broken, Verdict(mutant).Verdict);
    }

    [Fact]
    public void EveryProperty_OfEveryModel_HasAMutant()
    {
        var claimed = ConnectionModels.Systems(ModelBounds.Default)
            .SelectMany(system => Names(system.Properties))
            .Append("no state is stuck")
            .Distinct();

        Assert.All(claimed, name => Assert.Single(Mutants, mutant => name.StartsWith(mutant.Property, StringComparison.Ordinal)));
    }

    [Fact]
    public void ASystemThatIsChangedNowhere_KeepsWhatItsMutantsBreak()
    {
        static bool Nothing(in ConnectionState before, StepId step, ref ConnectionState after) => true;

        Assert.All(
            Mutants.Where(mutant => mutant.Change is not null).DistinctBy(mutant => mutant.Bounds),
            mutant => Assert.DoesNotContain(PropertyVerdict.Broken, Check(mutant with { Change = Nothing }).Properties.Select(property => property.Verdict)));
    }

    private static IEnumerable<string> Names(PropertySet<ConnectionState> properties) =>
    [
        .. properties.Invariants.Select(property => property.Name),
        .. properties.Rules.Select(property => property.Name),
        .. properties.Liveness.Select(property => property.Name),
    ];

    private static PropertyResult Verdict(Mutant mutant) =>
        Check(mutant).Properties.Single(result => result.Name.StartsWith(mutant.Property, StringComparison.Ordinal));

    private static CheckReport Check(Mutant mutant)
    {
        var system = new ConnectionSystem("connection/mutant", mutant.Bounds, mutant.Front, mutant.Back);
        return new Checker<ConnectionState>(mutant.Change is { } change ? new MutantSystem(system, change) : system).Check(new CheckOptions());
    }

    private static MutantSystem.Change After(FrontPc place, Twist twist) => (in ConnectionState before, StepId step, ref ConnectionState after) =>
    {
        if (step.Code == (byte)ConnectionStep.Front && before.FrontPc == place)
        {
            twist(ref after);
        }

        return true;
    };

    private static MutantSystem.Change After(BackPc place, Twist twist) => (in ConnectionState before, StepId step, ref ConnectionState after) =>
    {
        if (step.Code == (byte)ConnectionStep.Back && before.BackPc == place)
        {
            twist(ref after);
        }

        return true;
    };

    private static MutantSystem.Change After(ConnectionStep code, Twist twist) => (in ConnectionState before, StepId step, ref ConnectionState after) =>
    {
        if (step.Code == (byte)code)
        {
            twist(ref after);
        }

        return true;
    };

    /// <summary>A property, by how its name begins, and what breaks it.</summary>
    private sealed record Mutant(string Property, ConnectionBounds Bounds, MutantSystem.Change? Change = null, Dialect? Front = null, Dialect? Back = null);
}
