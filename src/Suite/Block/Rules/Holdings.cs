using System.Globalization;
using Conformance.Reference.World;

namespace Conformance.Suite.Block.Rules;

/// <summary>What a domain holds of the machine, its own and others'; taken between two steps.</summary>
/// <param name="Pages">Pages of its own that are allocated.</param>
/// <param name="Grants">References that it has given out or set aside.</param>
/// <param name="Deferred">Grants that it could not end yet.</param>
/// <param name="Ports">Its event ports.</param>
/// <param name="Mappings">Pages of others that it has mapped.</param>
internal sealed record Holdings(int Pages, int Grants, int Deferred, int Ports, int Mappings)
{
    /// <summary>What a domain holds now, when nobody runs. Grants put aside that nobody uses any more only wait for the next to end.</summary>
    internal static Holdings Of(WorldDomain domain)
    {
        domain.GrantTable.RetryDeferred();
        return Look(domain);
    }

    private static Holdings Look(WorldDomain domain) => new(
        domain.Machine.Memory.Count,
        domain.GrantTable.EntryCount - domain.GrantTable.FreeCount,
        domain.GrantTable.DeferredCount,
        domain.Machine.Events.Count,
        domain.Machine.Grants.MappingCount);

    /// <summary>What is there beyond what was there at the beginning; null when nothing is.</summary>
    /// <param name="before">The beginning.</param>
    /// <param name="isFront">Whether to look at what a front holds; else at what a back does.</param>
    /// <param name="mayKeepPages">Whether its own pages that it shares with nobody are its own affair.</param>
    internal string? Beyond(Holdings before, bool isFront, bool mayKeepPages)
    {
        var rest = new List<string>();
        if (isFront)
        {
            Add(rest, "pages", mayKeepPages ? 0 : Pages - before.Pages);
            Add(rest, "grants", Grants - before.Grants);
            Add(rest, "deferred grants", Deferred - before.Deferred);
        }
        else
        {
            Add(rest, "mappings", Mappings - before.Mappings);
        }

        Add(rest, "ports", Ports - before.Ports);
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
