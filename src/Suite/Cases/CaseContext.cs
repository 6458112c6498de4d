using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Conformance.Model.Clauses;
using Conformance.Model.Judging;
using Conformance.Suite.Evidence;

namespace Conformance.Suite.Cases;

/// <summary>What every case has, whatever its role: the exchange log, a seed, patience, and ways to say what is wrong.</summary>
public abstract class CaseContext : IAsyncDisposable
{
    private readonly ClauseId mainClause;

    /// <summary>Made by the runner, one a case.</summary>
    protected CaseContext(CaseSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        mainClause = settings.MainClause;
        Patience = settings.Patience;
        Cancellation = settings.Cancellation;
        Random = new Random(settings.Seed);
    }

    /// <summary>The exchange so far.</summary>
    public WireLog Log { get; } = new();

    /// <summary>How long to wait for something that must come before saying that it did not.</summary>
    public TimeSpan Patience { get; }

    /// <summary>The run is being given up.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>The clause that a failure names unless it names another, for helpers that several cases share.</summary>
    public string MainClauseName => mainClause.ToString();

    /// <summary>All chance in a case comes from here; the seed stands in the report.</summary>
    public Random Random { get; }

    /// <summary>Whom a failed expectation blames unless it says otherwise: the one under test.</summary>
    protected abstract Blame UnderTest { get; }

    /// <summary>Fails the case for its main clause unless <paramref name="condition"/> holds.</summary>
    /// <param name="condition">What must hold.</param>
    /// <param name="expected">One line: what was expected, and in what situation.</param>
    /// <param name="came">What came instead; the condition's text when not given.</param>
    public void Expect([DoesNotReturnIf(false)] bool condition, string expected, [CallerArgumentExpression(nameof(condition))] string came = "") =>
        Expect(mainClause, condition, expected, came);

    /// <summary>Fails the case for <paramref name="clause"/> unless <paramref name="condition"/> holds.</summary>
    public void Expect(string clause, [DoesNotReturnIf(false)] bool condition, string expected, [CallerArgumentExpression(nameof(condition))] string came = "") =>
        Expect(ClauseId.Parse(clause), condition, expected, came);

    /// <summary>Fails the case for its main clause.</summary>
    public CaseOutcome Failure(string expected, string came) => Failure(mainClause, expected, came);

    /// <summary>Fails the case for <paramref name="clause"/>.</summary>
    public CaseOutcome Failure(ClauseId clause, string expected, string came) =>
        CaseOutcome.Fail(clause, UnderTest, $"expected {expected}; came {came}");

    /// <summary>Releases what the case opened.</summary>
    public abstract ValueTask DisposeAsync();

    private void Expect(ClauseId clause, [DoesNotReturnIf(false)] bool condition, string expected, string came)
    {
        if (!condition)
        {
            throw Failure(clause, expected, came);
        }
    }
}

/// <summary>What the runner decides for one run of a case.</summary>
/// <param name="MainClause">The clause that a failure names unless it names another.</param>
/// <param name="Seed">Seeds all chance in the case.</param>
/// <param name="Patience">How long to wait for something that must come.</param>
/// <param name="Cancellation">Gives up the run.</param>
public sealed record CaseSettings(ClauseId MainClause, int Seed, TimeSpan Patience, CancellationToken Cancellation);
