using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;

namespace Conformance.Reference.Hypervisor;

/// <summary>The mappings that one domain has of others' memory, by handle, in a table of limited size (GT-021, GT-027).</summary>
internal sealed class MapTrack(int limit)
{
    private readonly List<Mapping> _mappings = [];
    private readonly Stack<uint> _free = [];
    private int _count;

    /// <summary>How many mappings there are. Any thread may look, under the lock or not.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>A handle that no mapping has, or <see cref="GrantHandle.Invalid"/>.</summary>
    public GrantHandle Take()
    {
        if (_free.TryPop(out uint free))
        {
            _count++;
            return new GrantHandle(free);
        }

        if (_mappings.Count >= limit)
        {
            return GrantHandle.Invalid;
        }

        _count++;
        _mappings.Add(default);
        return new GrantHandle((uint)_mappings.Count - 1);
    }

    public void Give(GrantHandle handle)
    {
        _mappings[(int)handle.Value] = default;
        _free.Push(handle.Value);
        _count--;
    }

    public void Set(GrantHandle handle, Mapping mapping) => _mappings[(int)handle.Value] = mapping;

    /// <summary>The mapping of that handle, if there is one (GT-029).</summary>
    public bool TryGet(GrantHandle handle, out Mapping mapping)
    {
        mapping = handle.Value < _mappings.Count ? _mappings[(int)handle.Value] : default;
        return mapping.Table is not null;
    }

    /// <summary>Every handle that may have a mapping, highest first.</summary>
    public IEnumerable<GrantHandle> Handles()
    {
        for (int i = _mappings.Count - 1; i >= 0; i--)
        {
            yield return new GrantHandle((uint)i);
        }
    }

    /// <summary>One mapping: whose entry, what is left of it, and where it is.</summary>
    internal readonly record struct Mapping(GrantTable Table, GrantRef Reference, GrantMapFlags Flags, MappedPage? Address, ulong BusAddress);
}
