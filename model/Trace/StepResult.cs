namespace Conformance.Model.Trace;

/// <summary>Results of steps in a trace that readers look for by name; a step that was done says <c>OK</c>, another the error.</summary>
public static class StepResult
{
    /// <summary>The driver ends before the step, with its whole domain; the store hears of it after the fact.</summary>
    public const string Dies = "dies";
}
