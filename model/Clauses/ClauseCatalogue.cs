using System.Reflection;

namespace Conformance.Model.Clauses;

/// <summary>All clauses, read once from the tables embedded in this assembly.</summary>
public sealed class ClauseCatalogue
{
    private static readonly Lazy<ClauseCatalogue> Embedded = new(ReadEmbedded);

    private readonly Dictionary<ClauseId, Clause> byId;

    /// <summary>Makes a catalogue of the given clauses.</summary>
    /// <exception cref="FormatException">Two clauses share an id.</exception>
    public ClauseCatalogue(IEnumerable<Clause> clauses)
    {
        All = [.. clauses.OrderBy(clause => clause.Id)];
        byId = new Dictionary<ClauseId, Clause>(All.Count);
        foreach (var clause in All)
        {
            if (!byId.TryAdd(clause.Id, clause))
            {
                throw new FormatException($"clause {clause.Id} stands twice in the catalogue");
            }
        }
    }

    /// <summary>The catalogue that this build of the program carries.</summary>
    public static ClauseCatalogue Default => Embedded.Value;

    /// <summary>All clauses in the order of their ids.</summary>
    public IReadOnlyList<Clause> All { get; }

    /// <summary>The clause of that id.</summary>
    /// <exception cref="KeyNotFoundException">The catalogue lacks it.</exception>
    public Clause this[ClauseId id] =>
        Find(id) ?? throw new KeyNotFoundException($"no clause {id} in the catalogue");

    /// <summary>The clause of that id, or null.</summary>
    public Clause? Find(ClauseId id) => byId.GetValueOrDefault(id);

    private static ClauseCatalogue ReadEmbedded()
    {
        var assembly = typeof(ClauseCatalogue).Assembly;
        return new ClauseCatalogue(assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("Clauses/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .SelectMany(name => ClauseTable.Parse(name, ReadResource(assembly, name))));
    }

    private static string ReadResource(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
