namespace Conformance.Model.Checking;

/// <summary>A transition system under its name.</summary>
/// <param name="summary">One sentence: what it is a model of, and within which bounds.</param>
/// <param name="system">The system.</param>
public sealed class CheckableModel<TState>(string summary, TransitionSystem<TState> system) : IModel
    where TState : unmanaged
{
    /// <inheritdoc/>
    public string Name => system.Name;

    /// <inheritdoc/>
    public string Summary => summary;

    /// <inheritdoc/>
    public CheckReport Check(CheckOptions options, IProgress<CheckProgress>? progress = null, CancellationToken stop = default) =>
        new Checker<TState>(system).Check(options, progress, stop);
}
