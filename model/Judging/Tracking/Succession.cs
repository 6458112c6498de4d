using Conformance.Model.Trace;

namespace Conformance.Model.Judging.Tracking;

/// <summary>Which drivers an end has had, one after the other, as far as a trace shows it.</summary>
internal sealed class Succession
{
    private bool hasBegun;
    private bool mayHaveEnded;

    /// <summary>Takes a step of the end's driver.</summary>
    /// <returns>Whether another driver begins with it.</returns>
    public bool Take(TraceEvent step)
    {
        mayHaveEnded |= step.Result == StepResult.Dies;
        if (step.Step is not (FrontStep.See or BackStep.SeeDirectory))
        {
            return false;
        }

        bool isAgain = hasBegun;
        hasBegun = true;
        mayHaveEnded = false;
        return isAgain;
    }

    /// <summary>A number for what matters to what follows.</summary>
    public uint Fingerprint => (hasBegun ? 1u : 0) | (mayHaveEnded ? 2u : 0);

    /// <summary>The driver may be gone: its domain has ended or stopped, or it is being unloaded.</summary>
    public void MayEnd() => mayHaveEnded = true;

    /// <summary>Whether another driver may be there now. A trace without steps of drivers does not show that.</summary>
    public bool MayBeAnother => mayHaveEnded || !hasBegun;
}
