namespace Conformance.Model.Checking;

/// <summary>A model that can be checked by name, whatever its states are.</summary>
public interface IModel
{
    /// <summary>A short name that a command line can carry, such as <c>ring/tso</c>.</summary>
    string Name { get; }

    /// <summary>One sentence: what it is a model of, and within which bounds.</summary>
    string Summary { get; }

    /// <summary>Checks all its properties.</summary>
    /// <param name="options">How.</param>
    /// <param name="progress">Told now and then; null for nobody.</param>
    /// <param name="stop">Ends the check early; it then reports what it has, as bounded.</param>
    CheckReport Check(CheckOptions options, IProgress<CheckProgress>? progress = null, CancellationToken stop = default);
}
