using System.Collections.Immutable;
using System.Text;

namespace Conformance.Model.Store;

/// <summary>A watch of a client.</summary>
internal sealed record StoreWatch(int Client, string Path, string Token);

/// <summary>An event on its way to a client.</summary>
/// <param name="Watch">The watch it belongs to.</param>
/// <param name="Path">The path it names.</param>
/// <param name="Source">The client whose request caused it.</param>
/// <param name="Burst">Which request: events of one request have no order among themselves.</param>
/// <param name="IsOptional">Whether it may never come.</param>
internal sealed record StoreOwed(StoreWatch Watch, string Path, int Source, long Burst, bool IsOptional)
{
    public int Client => Watch.Client;

    public bool IsSameAs(StoreOwed other) => Client == other.Client && Path == other.Path && Watch.Token == other.Watch.Token;
}

/// <summary>
/// Events that were caused and not received, of all clients. One that equals another on its way may be left out (XS-080); those
/// that one client caused by several requests keep their order for each watcher (XS-085); the rest may come in any order.
/// </summary>
internal sealed record StoreEvents
{
    private ImmutableList<StoreOwed> Owed { get; init; } = [];

    /// <summary>An event that must still come; null if none.</summary>
    public StoreOwed? Required => Owed.Find(owed => !owed.IsOptional);

    /// <summary>Events that must come more than once, as they stand on their way, each with how often.</summary>
    public IEnumerable<(StoreOwed Owed, int Count)> Repeated => Owed
        .Where((owed, index) => !owed.IsOptional && Owed.FindIndex(owed.IsSameAs) == index)
        .Select(owed => (owed, Owed.Count(other => !other.IsOptional && other.IsSameAs(owed))))
        .Where(repeated => repeated.Item2 > 1);

    /// <summary>What may be on its way after one more was caused.</summary>
    public IEnumerable<StoreEvents> With(StoreOwed caused)
    {
        int same = Owed.FindIndex(caused.IsSameAs);
        if (same >= 0)
        {
            yield return this with { Owed = caused.IsOptional ? Owed : Owed.SetItem(same, Owed[same] with { IsOptional = false }) };
        }

        yield return this with { Owed = Owed.Add(caused) };
    }

    /// <summary>What is on its way after a client has received an event; nothing if it could not have come now.</summary>
    public IEnumerable<StoreEvents> Received(StoreDelivery delivery)
    {
        for (int i = 0; i < Owed.Count; i++)
        {
            var owed = Owed[i];
            if (owed.Client == delivery.Client && owed.Path == delivery.Path && owed.Watch.Token == delivery.Token && !Owed.Take(i).Any(earlier =>
                !earlier.IsOptional && earlier.Client == owed.Client && earlier.Source == owed.Source && earlier.Burst != owed.Burst))
            {
                yield return this with { Owed = Owed.RemoveAt(i) };
            }
        }
    }

    /// <summary>What a client's watch caused may still come, and need not (XS-083).</summary>
    public StoreEvents Unwatched(StoreWatch watch) =>
        this with { Owed = [.. Owed.Select(owed => owed.Watch == watch ? owed with { IsOptional = true } : owed)] };

    /// <summary>Appends all that the future depends on: bursts only by where a new one begins.</summary>
    public void AppendTo(StringBuilder text)
    {
        foreach (var row in Owed.GroupBy(owed => (owed.Client, owed.Source)).OrderBy(row => row.Key))
        {
            long burst = -1;
            text.Append(row.Key);
            foreach (var owed in row)
            {
                text.Append(owed.Burst == burst ? ',' : ';').Append(owed.IsOptional ? '?' : '!').Append(owed.Path).Append(' ').Append(owed.Watch.Path)
                    .Append(' ').Append(owed.Watch.Token);
                burst = owed.Burst;
            }
        }
    }
}
