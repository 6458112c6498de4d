using Conformance.Model.Checking;
using Conformance.Model.Clauses;
using Conformance.Model.Connection;
using Conformance.Model.Protocol.XenBus;

namespace Conformance.Tests.Model.Connection;

public sealed class ObligationTests
{
    private static readonly Lazy<ConnectionProduct> Product = new(() => ConnectionProduct.Of(Obligations.Systems));

    public static TheoryData<string> Names => [.. Obligations.All.Select(obligation => obligation.ToString())];

    [Fact]
    public void TheReference_MeetsWhatItOwes_InEveryCell()
    {
        var report = new ObligationModel().Check(new CheckOptions());

        Assert.True(report.Holds, string.Join("; ", report.Properties.Where(property => property.Verdict != PropertyVerdict.Holds).Select(property => $"{property.Name}: {property.Verdict}")));
        Assert.Equal(2 * Obligations.All.Count, report.Properties.Count);
        Assert.Equal(Obligations.Systems.Sum(system => new Checker<ConnectionState>(new ObligationSystem(system)).Check(new CheckOptions { ChecksLiveness = false }).Statistics.Distinct), report.Statistics.Distinct);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AnEndThatStopsWhereItOwesSomething_BreaksThatObligation(string name)
    {
        var obligation = Obligations.All.Single(one => one.ToString() == name);
        var systems = Obligations.Systems.Where(system => Product.Value.Cells[obligation.Cell].Contains(system.Name)).OrderByDescending(system => system.Bounds.Vanishing);

        Assert.True(systems.Any(system => Enum.GetValues<Stop>().Any(stop => IsBroken(new Stopped(system, obligation, stop), name))), $"'{name}' holds even of an end that stops there");
    }

    [Fact]
    public void EveryCellThatIsReached_HasAnObligation_UnlessTheFrontsStateIsNotItsToShow()
    {
        var odd = (XenbusState[])[XenbusState.InitWait, XenbusState.Reconfiguring];
        var without = Product.Value.Cells.Keys.Where(cell => !Obligations.Of(cell).Any()).ToList();

        Assert.All(without, cell => Assert.Contains(cell.Front, odd));
        Assert.All(Obligations.All, obligation => Assert.Contains(obligation.Cell, Product.Value.Cells.Keys));
    }

    [Fact]
    public void EveryClauseOfAnObligation_Exists() =>
        Assert.All(Obligations.All.SelectMany(obligation => obligation.Clauses), clause => Assert.NotNull(ClauseCatalogue.Default.Find(ClauseId.Parse(clause))));

    [Fact]
    [Trait("Clause", "XB-014")]
    public void ADialectThatIgnoresAFastRestart_OwesWhatItNeverDoes()
    {
        var bounds = new ConnectionBounds { Crash = true, Use = true };
        var system = new ConnectionSystem("connection/test", bounds, Dialects.Reference with { ResetsStaleState = false }, Dialects.Linux);

        Assert.Contains(new ObligationModel([system]).Check(new CheckOptions()).Properties, property => property is { Kind: PropertyKind.Liveness, Verdict: PropertyVerdict.Broken, Counterexample: not null });
    }

    [Fact]
    [Trait("Clause", "XB-004")]
    public void TheProduct_TakesOneStepAtATime()
    {
        var moves = Product.Value.Moves;

        Assert.All(moves.Where(move => move.By == ConnectionParticipant.Front), move => Assert.Equal(move.From.Back, move.To.Back));
        Assert.All(moves.Where(move => move.By == ConnectionParticipant.Back), move => Assert.Equal(move.From.Front, move.To.Front));
        Assert.Contains(moves, move => move is { From: { Front: XenbusState.Initialised, Back: XenbusState.InitWait }, To: { Front: XenbusState.Initialised, Back: XenbusState.Connected }, Step.Code: "B12" });
        Assert.DoesNotContain(moves, move => move.From == move.To);
        Assert.Equal(moves.Count, moves.Distinct().Count());
    }

    private static bool IsBroken(TransitionSystem<ConnectionState> system, string name) =>
        new Checker<ConnectionState>(system).Check(new CheckOptions()).Properties.Single(property => property.Name == name).Verdict == PropertyVerdict.Broken;

    /// <summary>Who stops, and where: some cells are passed through, and out of some either end would do.</summary>
    private enum Stop
    {
        InTheCell,
        WithItsOwnStateOfTheCell,
        BothInTheCell,
    }

    /// <summary>A connection in which the one who owes does nothing more where it owes it.</summary>
    private sealed class Stopped(ConnectionSystem connection, Obligation obligation, Stop stop) : TransitionSystem<ConnectionState>
    {
        private readonly ObligationSystem _all = new(connection);

        public override string Name => _all.Name;

        public override IReadOnlyList<string> Participants => _all.Participants;

        public override PropertySet<ConnectionState> Properties { get; } = new() { Liveness = [obligation.ToProperty()], Assumptions = connection.Properties.Assumptions };

        public override void AddInitial(ICollection<ConnectionState> into) => _all.AddInitial(into);

        public override void AddSteps(in ConnectionState state, TransitionBuffer<ConnectionState> into)
        {
            var all = new TransitionBuffer<ConnectionState>();
            _all.AddSteps(in state, all);
            foreach (var step in all.Transitions)
            {
                if (!Stops(in state, (ConnectionParticipant)step.Step.Participant))
                {
                    into.Add(step.Step, step.Next);
                }
            }
        }

        private bool Stops(in ConnectionState state, ConnectionParticipant who)
        {
            var cell = ProductCell.Of(in state);
            bool isThere = stop != Stop.WithItsOwnStateOfTheCell ? cell == obligation.Cell
                : obligation.Who == ConnectionParticipant.Front ? cell.Front == obligation.Cell.Front
                : cell.Back == obligation.Cell.Back;
            bool isMeant = who == obligation.Who || (stop == Stop.BothInTheCell && who is ConnectionParticipant.Front or ConnectionParticipant.Back);
            return isThere && isMeant && state.Tool != ToolPc.Before;
        }

        public override bool IsEnd(in ConnectionState state) => true;

        public override bool IsOptional(StepId step) => _all.IsOptional(step);

        public override StepText Describe(in ConnectionState before, StepId step, in ConnectionState after) => _all.Describe(in before, step, in after);

        public override IReadOnlyList<KeyValuePair<string, string>> Describe(in ConnectionState state) => _all.Describe(in state);
    }
}
