using Conformance.Reference.Ports;

namespace Conformance.Samples.HastyFront;

/// <summary>The front with its defect mended: it asks to be told first, and looks whenever it is told.</summary>
public sealed class PatientFront : SampleFront
{
    /// <inheritdoc/>
    public override string Name => "patient-front";

    /// <inheritdoc/>
    protected override ValueTask WaitForBackAsync(IDomain domain, string back, string wanted) =>
        WatchUntilAsync(domain, back, wanted, ignored: 0);
}
