using System.Globalization;
using System.Text.RegularExpressions;
using FsCheck.Xunit;

namespace Conformance.Tests.Fuzz.Machinery;

/// <summary>
/// A property with its usual number of runs, the same runs each time. CONFORMANCE_FUZZ_FACTOR multiplies the number;
/// CONFORMANCE_FUZZ_SEED asks for other runs: <c>seed,gamma</c>, or <c>new</c> for runs nobody has seen yet. A failure
/// names its seed, and <c>Replay</c> takes it.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed partial class FuzzAttribute : PropertyAttribute
{
    internal const string FactorVariable = "CONFORMANCE_FUZZ_FACTOR";
    internal const string SeedVariable = "CONFORMANCE_FUZZ_SEED";
    internal const string NewSeed = "new";

    private const string CustomarySeed = "1,1";

    public FuzzAttribute(int runs)
    {
        MaxTest = checked(runs * Factor);
        EndSize = 100;
        QuietOnSuccess = true;
        if (Seed != NewSeed)
        {
            Replay = Seed;
        }
    }

    /// <summary>The factor that the environment says, or null when that is no whole number above 0.</summary>
    internal static int? StatedFactor =>
        Environment.GetEnvironmentVariable(FactorVariable) is not { Length: > 0 } text ? 1
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int factor) && factor > 0 ? factor
        : null;

    /// <summary>The seed that the environment says, or null when it is neither <c>new</c> nor a number and an odd number.</summary>
    internal static string? StatedSeed =>
        Environment.GetEnvironmentVariable(SeedVariable) is not { Length: > 0 } text ? CustomarySeed
        : text == NewSeed || SeedPattern.IsMatch(text) ? text
        : null;

    // An attribute that throws would hide its test; FuzzVariableTests says what is wrong.
    private static int Factor => StatedFactor ?? 1;

    private static string Seed => StatedSeed ?? CustomarySeed;

    // FsCheck's generator of random numbers is only right with an odd gamma.
    [GeneratedRegex(@"^\d{1,19},\d{0,18}[13579]$")]
    private static partial Regex SeedPattern { get; }
}
