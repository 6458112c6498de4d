namespace Conformance.Model.Checking;

/// <summary>A transition system as a model that can be checked by name.</summary>
/// <param name="summary">One sentence: what it is a model of, and within which bounds.</param>
/// <param name="system">The system.</param>
public sealed class CheckableModel<TState>(string summary, TransitionSystem<TState> system) : IModel
    where TState : unmanaged
{
    private readonly Checker<TState> _checker = new(system);

    /// <inheritdoc/>
    public string Name { get; } = system.Name;

    /// <inheritdoc/>
    public string Summary { get; } = summary;

    /// <inheritdoc/>
    public CheckReport Check(CheckOptions options, IProgress<CheckProgress>? progress = null, CancellationToken stop = default) =>
        _checker.Check(options, progress, stop);
}
