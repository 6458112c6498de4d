using Conformance.Model.Judging;
using Conformance.Suite.Evidence;
using Conformance.Suite.Targets;

namespace Conformance.Suite.Cases;

/// <summary>
/// A role that targets play and cases ask: the type of a case's context picks it. A new role is one class that
/// implements this and stands in <see cref="SuiteRoles"/>; discovery, selection, runner and reports need no change.
/// </summary>
public interface ICaseRole
{
    /// <summary>How reports call it, such as <c>store daemon</c>.</summary>
    string Name { get; }

    /// <summary>The context type in the signature of its cases.</summary>
    Type ContextType { get; }

    /// <summary>Whom a failure blames that no case has put down to somebody: death, silence, a broken universal rule.</summary>
    Blame UnderTest { get; }

    /// <summary>The ways to run a case with these attributes over; never empty.</summary>
    IReadOnlyList<CaseWay> WaysOf(CaseAttribute attribute);

    /// <summary>Whether a target plays this role at all; if not, its cases are left out unless asked for one by one.</summary>
    bool IsPlayedBy(ITarget target);

    /// <summary>Says in one line what <paramref name="target"/> lacks for a case; null when it lacks nothing.</summary>
    string? LackOf(ITarget target, CaseDefinition definition);

    /// <summary>Whether each world is used by one case alone; otherwise all cases share one, one after the other.</summary>
    bool IsFresh(ITarget target);

    /// <summary>Starts or reaches the one under test.</summary>
    /// <exception cref="IOException">It did not come up; the message is one line that says why.</exception>
    ValueTask<ICaseWorld> StartAsync(ITarget target, CancellationToken cancellation);

    /// <summary>Runs the method of a case, once or in several orders.</summary>
    Task RunAsync(CaseContext context, Func<CaseContext, Task> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return body(context);
    }

    /// <summary>Looks through the exchange of a case that passed for breaches of rules that hold always; null when there is none.</summary>
    CaseOutcome? Review(IReadOnlyList<WireRecord> exchange);
}

/// <summary>The one under test, running, in a role. Disposing stops what was started.</summary>
public interface ICaseWorld : IAsyncDisposable
{
    /// <summary>Why the one under test no longer runs; null while it runs.</summary>
    string? Death { get; }

    /// <summary>Makes the context of one case.</summary>
    /// <param name="definition">The case.</param>
    /// <param name="settings">What the runner decided.</param>
    /// <param name="area">A name that no other case uses in this world.</param>
    CaseContext CreateContext(CaseDefinition definition, CaseSettings settings, string area);

    /// <summary>Asks the one under test for something simple after a case that did not end.</summary>
    /// <returns>Why it counts as hung, in one line; null when it still answers.</returns>
    ValueTask<string?> FindHangAsync(TimeSpan patience, CancellationToken cancellation);
}
