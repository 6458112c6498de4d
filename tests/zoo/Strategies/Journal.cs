using System.Text.Json;

namespace Conformance.Tests.Zoo.Strategies;

/// <summary>What a run has found so far, a line of JSON each, so that one that was broken off goes on where it stopped.</summary>
/// <param name="file">Where it is kept.</param>
/// <param name="name">By what a line is found again; the last of a name counts.</param>
internal sealed class Journal<T>(string file, Func<T, string> name)
    where T : class
{
    private readonly Dictionary<string, T> known = Read(file, name);

    /// <summary>What an earlier run left under that name; null when it left nothing.</summary>
    internal T? Find(string key) => known.GetValueOrDefault(key);

    /// <summary>Adds a line.</summary>
    internal void Append(T row) => File.AppendAllText(file, JsonSerializer.Serialize(row) + "\n");

    private static Dictionary<string, T> Read(string file, Func<T, string> name)
    {
        var rows = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (string line in File.Exists(file) ? File.ReadLines(file) : [])
        {
            // The last line of a run that was broken off may end in the middle.
            if (line.EndsWith('}') && JsonSerializer.Deserialize<T>(line) is { } row)
            {
                rows[name(row)] = row;
            }
        }

        return rows;
    }
}
