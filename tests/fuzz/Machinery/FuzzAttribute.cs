using System.Globalization;
using FsCheck.Xunit;

namespace Conformance.Tests.Fuzz.Machinery;

/// <summary>
/// A property with its usual number of runs. CONFORMANCE_FUZZ_FACTOR multiplies the number; a failure names the seed,
/// and <c>Replay</c> takes it.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FuzzAttribute : PropertyAttribute
{
    public FuzzAttribute(int runs)
    {
        MaxTest = checked(runs * Factor);
        EndSize = 100;
        QuietOnSuccess = true;
    }

    private static int Factor =>
        Environment.GetEnvironmentVariable("CONFORMANCE_FUZZ_FACTOR") is not { Length: > 0 } text ? 1
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int factor) && factor > 0 ? factor
        : throw new FormatException($"expected CONFORMANCE_FUZZ_FACTOR to be a whole number above 0, got '{text}'");
}
