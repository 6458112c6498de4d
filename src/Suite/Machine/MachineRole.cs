using Conformance.Model.Judging;
using Conformance.Suite.Cases;
using Conformance.Suite.Evidence;
using Conformance.Suite.Targets;

namespace Conformance.Suite.Machine;

/// <summary>
/// A role whose cases run on a machine in this process, under a scheduler: several times, in several orders of the same
/// steps. Nothing outlives a case, so there is nothing to start, to stop or to ask after.
/// </summary>
/// <typeparam name="TTarget">What a target must be to play the role.</typeparam>
/// <typeparam name="TContext">The context of its cases.</typeparam>
public abstract class MachineRole<TTarget, TContext> : ICaseRole
    where TTarget : class, ITarget
    where TContext : MachineContext
{
    private static readonly CaseWay Orders = new("orders", Carriers.Both);

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public Type ContextType => typeof(TContext);

    /// <inheritdoc/>
    public abstract Blame UnderTest { get; }

    /// <inheritdoc/>
    public IReadOnlyList<CaseWay> WaysOf(CaseAttribute attribute) => [Orders];

    /// <inheritdoc/>
    public bool IsPlayedBy(ITarget target) => target is TTarget;

    /// <inheritdoc/>
    public string? LackOf(ITarget target, CaseDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(target);
        return target is TTarget ? null : $"the target plays no {Name}";
    }

    /// <inheritdoc/>
    public bool IsFresh(ITarget target) => true;

    /// <inheritdoc/>
    public ValueTask<ICaseWorld> StartAsync(ITarget target, CancellationToken cancellation) =>
        new(new World((TTarget)target, CreateContext));

    /// <inheritdoc/>
    public CaseOutcome? Review(IReadOnlyList<WireRecord> exchange) => null;

    /// <inheritdoc/>
    public Task RunAsync(CaseContext context, Func<CaseContext, Task> body)
    {
        ((TContext)context).Run(body);
        return Task.CompletedTask;
    }

    /// <summary>Makes the context of one case.</summary>
    protected abstract TContext CreateContext(TTarget target, CaseSettings settings);

    private sealed class World(TTarget target, Func<TTarget, CaseSettings, TContext> create) : ICaseWorld
    {
        public string? Death => null;

        public CaseContext CreateContext(CaseDefinition definition, CaseSettings settings, string area) => create(target, settings);

        public ValueTask<string?> FindHangAsync(TimeSpan patience, CancellationToken cancellation) =>
            new("the case went on for longer than it may");

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
