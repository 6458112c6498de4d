using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Conformance.Suite.Running;

/// <summary>How to run.</summary>
public sealed record RunSettings
{
    /// <summary>All chance in the run comes from here.</summary>
    public required int Seed { get; init; }

    /// <summary>How many cases run at once where each has a world of its own; at least 1.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>How long a case waits for something that must come.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a case may take altogether.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The seed of one case: the same for the same run seed and id, whatever else runs.</summary>
    public int SeedOf(string caseId)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Seed}:{caseId}")));
        return BinaryPrimitives.ReadInt32LittleEndian(hash) & int.MaxValue;
    }
}

/// <summary>How far a run has come.</summary>
/// <param name="Done">Cases that have ended.</param>
/// <param name="Total">Cases to run.</param>
/// <param name="Latest">The case that has just ended.</param>
public sealed record RunProgress(int Done, int Total, Results.CaseResult Latest);
