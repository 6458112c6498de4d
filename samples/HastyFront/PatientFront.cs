namespace Conformance.Samples.HastyFront;

/// <summary>The front with its defect mended: whatever it is told while it looks, it looks again.</summary>
public sealed class PatientFront : SampleFront
{
    /// <inheritdoc/>
    public override string Name => "patient-front";
}
