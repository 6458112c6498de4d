using System.Runtime.CompilerServices;

namespace Conformance.Reference.Fibers;

/// <summary>What kind of shared thing a step touches.</summary>
public enum ResourceKind : byte
{
    /// <summary>Everything at once: a step that no other one commutes with.</summary>
    World,

    /// <summary>A page of memory; the key tells its identity, whoever maps it.</summary>
    Page,

    /// <summary>A domain's grant table.</summary>
    GrantTable,

    /// <summary>An event port; the key holds domain and port.</summary>
    EventPort,

    /// <summary>The store: with key 0 all of it, and so every other key too; else its tree or what belongs to one client.</summary>
    Store,

    /// <summary>A storage medium.</summary>
    Storage,

    /// <summary>The life of a domain and its table of ports.</summary>
    Domain,

    /// <summary>A signal between fibers of one participant.</summary>
    Signal,

    /// <summary>The clock and its timers.</summary>
    Clock,
}

/// <summary>One shared thing.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Key">Which one of that kind.</param>
public readonly record struct Resource(ResourceKind Kind, ulong Key)
{
    /// <summary>Everything.</summary>
    public static readonly Resource World;

    /// <summary>Whether this one contains the other.</summary>
    public bool Contains(Resource other) =>
        this == other || Kind == ResourceKind.World || (Kind == ResourceKind.Store && Key == 0 && other.Kind == ResourceKind.Store);

    /// <inheritdoc/>
    public override string ToString() => Kind == ResourceKind.World ? "the world" : $"{Kind} {Key:x}";
}

/// <summary>What is done to a shared thing.</summary>
public enum AccessMode : byte
{
    /// <summary>It stays as it is.</summary>
    Read,

    /// <summary>It may change.</summary>
    Write,
}

/// <summary>
/// The shared things that one step says it touches, at most <see cref="Capacity"/>. Two steps whose sets do not conflict
/// may be exchanged without anyone seeing a difference.
/// </summary>
public struct AccessSet
{
    /// <summary>The most entries a set holds; one more turns it into access to the world.</summary>
    public const int Capacity = 8;

    private Entries _entries;

    /// <summary>How many entries there are.</summary>
    public int Count { get; private set; }

    /// <summary>One entry.</summary>
    public readonly (Resource Resource, AccessMode Mode) this[int index] => _entries[index];

    /// <summary>Says that the step reads.</summary>
    public void Reads(Resource resource) => Add(resource, AccessMode.Read);

    /// <summary>Says that the step writes, and may read.</summary>
    public void Writes(Resource resource) => Add(resource, AccessMode.Write);

    /// <summary>Empties the set.</summary>
    public void Clear() => Count = 0;

    /// <summary>Whether the set allows that access.</summary>
    public readonly bool Covers(Resource resource, AccessMode mode)
    {
        for (int i = 0; i < Count; i++)
        {
            var (declared, declaredMode) = _entries[i];
            if (declaredMode >= mode && declared.Contains(resource))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the order of the two steps can matter.</summary>
    public readonly bool ConflictsWith(in AccessSet other)
    {
        for (int i = 0; i < Count; i++)
        {
            for (int j = 0; j < other.Count; j++)
            {
                var (mine, myMode) = _entries[i];
                var (its, itsMode) = other._entries[j];
                if ((myMode == AccessMode.Write || itsMode == AccessMode.Write) && (mine.Contains(its) || its.Contains(mine)))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private void Add(Resource resource, AccessMode mode)
    {
        if (Count == Capacity)
        {
            _entries[0] = (Resource.World, AccessMode.Write);
            Count = 1;
            return;
        }

        _entries[Count++] = (resource, mode);
    }

    [InlineArray(Capacity)]
    private struct Entries
    {
        private (Resource Resource, AccessMode Mode) _first;
    }
}
