using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Conformance.Tests.Zoo.Machinery;
using Xunit;

namespace Conformance.Tests.Zoo.Strategies;

/// <summary>Mutants that strategies find within a few schedules, where the healthy reference does not fail.</summary>
public sealed class StrategyTests(StrategyTests.Probing probing) : IClassFixture<StrategyTests.Probing>
{
    private const int Most = 5;

    [Fact]
    public void TheHealthyReference_IsCleanUnderEveryStrategyOfTheReport()
    {
        var requests = Strategy.All.SelectMany(strategy => HealthyRuns.Scenarios.Select(scenario => HealthyRuns.Request(strategy, scenario))).ToList();

        var answers = probing.Series.AskHealthy(requests);

        Assert.All(requests.Zip(answers), pair =>
        {
            Assert.True(pair.Second.Rule is null, $"expected the healthy reference to be clean in {pair.First}; came {pair.Second}");
            Assert.InRange(pair.Second.Schedules, 1, pair.First.Most);
        });
    }

    [Theory]
    [InlineData("Z-231-late-medium-is-missed", "I-06", "Connected", "explorer random pct")]
    [InlineData("Z-155-teardown-expects-a-worker", "I-08", "NullReferenceException", "explorer random")]
    [InlineData("BB-013-page-kept-until-the-next", "I-50", "RG-025", "random pct")]
    [InlineData("BB-013-page-kept-until-the-next", "I-50", "XB-020", "model")]
    [InlineData("Z-237-port-stays-bound", "I-08", "FailedAttach", "explorer")]
    public void Mutant_IsFoundByTheStrategies_WithinAFewSchedules(string name, string scenario, string rule, string strategies)
    {
        foreach (var answers in probing.Ask(name, scenario, strategies))
        {
            var answer = Assert.Single(answers);
            Assert.True(answer.Rule == rule, $"expected a failure of {rule}; came {answer}");
        }
    }

    [Fact]
    public void Mutants_OneAfterTheOtherInAProcess_GetTheVerdictsThatEachGetsAlone()
    {
        string[] names = ["Z-231-late-medium-is-missed", "Z-012-reconfiguring-is-fatal", "Z-157-overtaking-beginning-is-missed"];

        var together = names.Select(name => Describe(probing.Ask(name, "I-06", "random pct"))).ToList();
        var alone = names.Select(name =>
        {
            using var own = new Probing();
            return Describe(own.Ask(name, "I-06", "random pct"));
        }).ToList();

        Assert.Equal(alone, together);

        static string Describe(IEnumerable<IReadOnlyList<ProbeAnswer>> strategies) =>
            string.Join("; ", strategies.SelectMany(answers => answers).Select(answer => $"{answer.Schedules} {answer.Rule} {answer.Message}"));
    }

    [Theory]
    [InlineData("Z-231-late-medium-is-missed", true)]
    [InlineData("BB-019-barrier-does-not-drain", false)]
    [InlineData("XS-009-no-signal-after-room", false)]
    public void Mutant_CountsAsReached_WhenAScenarioExecutesWhatItChanges(string name, bool isReached)
    {
        Assert.Equal(isReached, probing.Reached.Intersect(Zoo.Compiler.Compile(Mutant.Find(name)).ChangedMethods()!).Any());
    }

    [Fact]
    public void MethodsOfEveryShape_CountAsReached()
    {
        using var image = new PEReader([.. Zoo.Compiler.Healthy.Assembly]);
        var reader = image.GetMetadataReader();
        var methods = probing.Reached.Select(token => reader.GetMethodDefinition((MethodDefinitionHandle)MetadataTokens.Handle(token))).ToList();

        Assert.Contains(methods, method => NameOf(method) == ".ctor");
        Assert.Contains(methods, method => NameOf(method) == ".cctor");
        Assert.Contains(methods, method => NameOf(method).StartsWith("get_", StringComparison.Ordinal));
        Assert.Contains(methods, method => NameOf(method).Contains(">b__", StringComparison.Ordinal));
        Assert.Contains(methods, method => NameOf(method) == "MoveNext" && TypeOf(method).Contains(">d__", StringComparison.Ordinal));
        Assert.Contains(methods, method => TypeOf(method).Contains('`', StringComparison.Ordinal) || method.GetGenericParameters().Count > 0);
        Assert.Contains(methods, method => IsOfStruct(method) && !TypeOf(method).StartsWith('<'));

        string NameOf(MethodDefinition method) => reader.GetString(method.Name);

        string TypeOf(MethodDefinition method) => reader.GetString(reader.GetTypeDefinition(method.GetDeclaringType()).Name);

        bool IsOfStruct(MethodDefinition method) => reader.GetTypeDefinition(method.GetDeclaringType()).BaseType is { Kind: HandleKind.TypeReference } parent
            && reader.GetString(reader.GetTypeReference((TypeReferenceHandle)parent).Name) == nameof(ValueType);
    }

    /// <summary>One series for all tests of the class: most of its mutants follow one another in a process.</summary>
    public sealed class Probing : IDisposable
    {
        private readonly MutantProgram program = new();

        private readonly Lazy<IReadOnlySet<int>> reached;

        public Probing()
        {
            Series = new StrategySeries(Zoo.Compiler, program);
            reached = new(() => Series.AskHealthy([new ProbeRequest(Strategy.Model.Name, "I-06", Most: 1)]).SelectMany(answer => answer.Compiled).ToHashSet());
        }

        public StrategySeries Series { get; }

        /// <summary>The methods of the healthy reference that I-06 executes; asked for once.</summary>
        public IReadOnlySet<int> Reached => reached.Value;

        /// <summary>Asks strategies, by their names, about a mutant in one scenario.</summary>
        public IReadOnlyList<IReadOnlyList<ProbeAnswer>> Ask(string name, string scenario, string strategies, int most = Most)
        {
            var mutant = Mutant.Find(name);
            return Series.Ask(mutant, Zoo.Compiler.Compile(mutant), [.. strategies.Split(' ').Select(strategy => new[] { new ProbeRequest(strategy, scenario, most) })]);
        }

        public void Dispose()
        {
            Series.Dispose();
            program.Dispose();
        }
    }
}
