namespace Conformance.Suite.Documents;

/// <summary>Finds what somebody probably meant.</summary>
public static class Nearest
{
    /// <summary>The candidate with the fewest typing errors from <paramref name="word"/>; null when even that is far away.</summary>
    public static string? Find(string word, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(word);
        return candidates
            .Select(candidate => (Candidate: candidate, Distance: Distance(word, candidate)))
            .Where(near => near.Distance <= Math.Max(1, Math.Min(word.Length, near.Candidate.Length) / 3))
            .OrderBy(near => near.Distance)
            .ThenBy(near => near.Candidate, StringComparer.Ordinal)
            .Select(near => near.Candidate)
            .FirstOrDefault();
    }

    /// <summary>Letters to insert, delete, replace or swap with their neighbour, ignoring case (optimal string alignment).</summary>
    private static int Distance(string left, string right)
    {
        var best = new int[left.Length + 1, right.Length + 1];
        for (int i = 0; i <= left.Length; i++)
        {
            for (int j = 0; j <= right.Length; j++)
            {
                best[i, j] = i == 0 || j == 0 ? i + j : Math.Min(
                    best[i - 1, j - 1] + (Same(left[i - 1], right[j - 1]) ? 0 : 1),
                    Math.Min(best[i - 1, j], best[i, j - 1]) + 1);
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                {
                    best[i, j] = Math.Min(best[i, j], best[i - 2, j - 2] + 1);
                }
            }
        }

        return best[left.Length, right.Length];
    }

    private static bool Same(char left, char right) => char.ToUpperInvariant(left) == char.ToUpperInvariant(right);
}
