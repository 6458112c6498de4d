using System.Globalization;

namespace Conformance.Reference.World;

/// <summary>
/// What a domain holds of the machine, its own and others'; taken between two steps. By it a leak is told: what a driver
/// holds after its device is gone and did not hold before (XB-035, GT-033).
/// </summary>
/// <param name="Pages">Pages of its own that are allocated.</param>
/// <param name="Grants">References that it has given out or set aside.</param>
/// <param name="Deferred">Grants that it could not end yet.</param>
/// <param name="Ports">Its event ports.</param>
/// <param name="Mappings">Pages of others that it has mapped.</param>
public sealed record Holdings(int Pages, int Grants, int Deferred, int Ports, int Mappings)
{
    /// <summary>Nothing.</summary>
    public static Holdings None { get; } = new(0, 0, 0, 0, 0);

    /// <summary>What a domain holds now. Grants put aside that nobody uses any more only wait for the next to end.</summary>
    public static Holdings Of(WorldDomain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        domain.GrantTable.RetryDeferred();
        return Count(domain);
    }

    /// <summary>What a domain holds, without a look at what it could let go.</summary>
    public static Holdings Count(WorldDomain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        return new(
            domain.Machine.Memory.Count,
            domain.GrantTable.EntryCount - domain.GrantTable.FreeCount,
            domain.GrantTable.DeferredCount,
            domain.Machine.Events.Count,
            domain.Machine.Grants.MappingCount);
    }

    /// <summary>What is held beyond what was held before; what is held less does not count.</summary>
    public Holdings Beyond(Holdings before)
    {
        ArgumentNullException.ThrowIfNull(before);
        return new(
            Math.Max(0, Pages - before.Pages),
            Math.Max(0, Grants - before.Grants),
            Math.Max(0, Deferred - before.Deferred),
            Math.Max(0, Ports - before.Ports),
            Math.Max(0, Mappings - before.Mappings));
    }

    /// <summary>What is held, in words, without what is not; "nothing" for nothing.</summary>
    public override string ToString()
    {
        var words = new List<string>();
        Add(words, Pages, "pages");
        Add(words, Grants, "grants");
        Add(words, Deferred, "deferred grants");
        Add(words, Ports, "ports");
        Add(words, Mappings, "mappings");
        return words.Count == 0 ? "nothing" : string.Join(", ", words);
    }

    private static void Add(List<string> words, int count, string what)
    {
        if (count > 0)
        {
            words.Add(string.Create(CultureInfo.InvariantCulture, $"{count} {what}"));
        }
    }
}
