using System.Globalization;
using Conformance.Reference.World;

namespace Conformance.Exploration.Scenarios;

/// <summary>What a domain holds of the machine, its own and others'; taken between two steps.</summary>
/// <param name="Pages">Pages of its own that are allocated.</param>
/// <param name="Grants">References that it has given out or set aside.</param>
/// <param name="Deferred">Grants that it could not end yet.</param>
/// <param name="Ports">Its event ports.</param>
/// <param name="Mappings">Pages of others that it has mapped.</param>
internal sealed record Holdings(int Pages, int Grants, int Deferred, int Ports, int Mappings)
{
    /// <summary>What a domain holds now. Grants put aside that nobody uses any more only wait for the next to end.</summary>
    internal static Holdings Of(WorldDomain domain)
    {
        domain.GrantTable.RetryDeferred();
        return Count(domain);
    }

    /// <summary>What a domain holds, without a look at what it could let go.</summary>
    internal static Holdings Count(WorldDomain domain) => new(
        domain.Machine.Memory.Count,
        domain.GrantTable.EntryCount - domain.GrantTable.FreeCount,
        domain.GrantTable.DeferredCount,
        domain.Machine.Events.Count,
        domain.Machine.Grants.MappingCount);

    /// <summary>What is there beyond what was there before; null when nothing is.</summary>
    internal string? Beyond(Holdings before)
    {
        var rest = new List<string>();
        Add(rest, "pages", Pages - before.Pages);
        Add(rest, "grants", Grants - before.Grants);
        Add(rest, "deferred grants", Deferred - before.Deferred);
        Add(rest, "ports", Ports - before.Ports);
        Add(rest, "mappings", Mappings - before.Mappings);
        return rest.Count == 0 ? null : string.Join(", ", rest);
    }

    private static void Add(List<string> rest, string what, int count)
    {
        if (count > 0)
        {
            rest.Add(string.Create(CultureInfo.InvariantCulture, $"{count} {what}"));
        }
    }
}
