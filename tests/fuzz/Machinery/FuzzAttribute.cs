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
    internal const string Variable = "CONFORMANCE_FUZZ_FACTOR";

    public FuzzAttribute(int runs)
    {
        MaxTest = checked(runs * Factor);
        EndSize = 100;
        QuietOnSuccess = true;
    }

    /// <summary>What the environment says, or null when that is no whole number above 0.</summary>
    internal static int? Stated =>
        Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } text ? 1
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int factor) && factor > 0 ? factor
        : null;

    // An attribute that throws would hide its test; FuzzFactorTests says what is wrong.
    private static int Factor => Stated ?? 1;
}
