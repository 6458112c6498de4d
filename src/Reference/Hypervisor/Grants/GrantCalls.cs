using Conformance.Model.Protocol.Grants;

namespace Conformance.Reference.Hypervisor;

/// <summary>
/// What a domain may ask of the hypervisor about grants (<c>HYPERVISOR_grant_table_op</c>, grant_table.h): maps, unmaps
/// and copies by others' references. Every operation of a batch has its own status, and one that fails does not keep the
/// later ones from being done (GT-025). Any thread.
/// </summary>
public sealed partial class GrantCalls
{
    private readonly Domain _caller;
    private readonly MapTrack _track;

    internal GrantCalls(Domain caller)
    {
        _caller = caller;
        _track = new MapTrack(caller.Options.MapHandles);
    }

    /// <summary>How many mappings the domain has.</summary>
    public int MappingCount => _track.Count;

    /// <summary>Maps pages.</summary>
    public void Map(Span<GrantMap> operations)
    {
        lock (_caller.Gate)
        {
            foreach (ref var operation in operations)
            {
                MapOne(ref operation);
            }
        }
    }

    /// <summary>Maps one page.</summary>
    public GrantStatus Map(ref GrantMap operation)
    {
        Map(new Span<GrantMap>(ref operation));
        return operation.Status;
    }

    /// <summary>Undoes mappings.</summary>
    public void Unmap(Span<GrantUnmap> operations)
    {
        lock (_caller.Gate)
        {
            foreach (ref var operation in operations)
            {
                operation.Status = UnmapOne(operation.Handle, operation.Address, operation.BusAddress);
            }
        }
    }

    /// <summary>Undoes the mapping for processors, which is the whole of an ordinary mapping.</summary>
    public GrantStatus Unmap(GrantHandle handle, MappedPage address)
    {
        lock (_caller.Gate)
        {
            return UnmapOne(handle, address, busAddress: 0);
        }
    }

    /// <summary>The granter's table that a handle's entry is in; null when there is no such mapping.</summary>
    public GrantTable? TableOf(GrantHandle handle)
    {
        lock (_caller.Gate)
        {
            return _track.TryGet(handle, out var mapping) ? mapping.Table : null;
        }
    }

    /// <summary>Undoes every mapping, as when the domain dies (GT-033).</summary>
    internal void ReleaseAll()
    {
        foreach (var handle in _track.Handles())
        {
            if (_track.TryGet(handle, out var mapping))
            {
                UnmapOne(handle, mapping.Address, mapping.BusAddress);
            }
        }
    }

    private void MapOne(ref GrantMap operation)
    {
        operation.Handle = GrantHandle.Invalid;
        operation.BusAddress = 0;
        Domain? granter = null;
        operation.Status = _caller.IsDestroyed ? GrantStatus.GeneralError : CheckMap(operation, out granter);
        if (operation.Status != GrantStatus.Okay)
        {
            return;
        }

        var handle = _track.Take();
        if (handle == GrantHandle.Invalid)
        {
            operation.Status = GrantStatus.NoSpace;
            return;
        }

        operation.Status = MapInto(handle, granter!.GrantTable, ref operation);
        if (operation.Status != GrantStatus.Okay)
        {
            _track.Give(handle);
        }
    }

    private GrantStatus CheckMap(in GrantMap operation, out Domain? granter)
    {
        granter = null;
        const GrantMapFlags NotInHvm = GrantMapFlags.Device | GrantMapFlags.Application | GrantMapFlags.ContainsPte;
        if ((operation.Flags & (GrantMapFlags.Device | GrantMapFlags.Host)) == 0)
        {
            return GrantStatus.BadReference;
        }

        if (_caller.Options.Flavour == DomainFlavour.Hvm && (operation.Flags & NotInHvm) != 0)
        {
            return GrantStatus.GeneralError;
        }

        granter = _caller.Hypervisor.FindAny(operation.Granter);
        return granter is null ? GrantStatus.BadDomain : GrantStatus.Okay;
    }

    private GrantStatus MapInto(GrantHandle handle, GrantTable table, ref GrantMap operation)
    {
        var status = table.PinForMap(_caller, operation.Reference, operation.Flags, out var memory);
        if (status != GrantStatus.Okay)
        {
            return status;
        }

        bool onHost = operation.Flags.HasFlag(GrantMapFlags.Host);
        var address = onHost ? operation.Address : null;
        if (onHost && (address is null || address.Mapper != _caller || address.IsReleased || address.IsPresent))
        {
            table.Unpin(operation.Reference, operation.Flags);
            return GrantStatus.BadVirtualAddress;
        }

        // The entry says that it is in use before the memory can be reached (GT-026).
        address?.Map(memory!, operation.Flags.HasFlag(GrantMapFlags.ReadOnly), operation.Granter, operation.Reference);
        operation.BusAddress = operation.Flags.HasFlag(GrantMapFlags.Device) ? memory!.Key * MachinePage.Size : 0;
        operation.Handle = handle;
        _track.Set(handle, new MapTrack.Mapping(table, operation.Reference, operation.Flags, address, operation.BusAddress));
        return GrantStatus.Okay;
    }

    private GrantStatus UnmapOne(GrantHandle handle, MappedPage? address, ulong busAddress)
    {
        if (!_track.TryGet(handle, out var mapping))
        {
            return GrantStatus.BadHandle;
        }

        bool dropsDevice = busAddress != 0 && mapping.Flags.HasFlag(GrantMapFlags.Device);
        bool dropsHost = address is not null && mapping.Flags.HasFlag(GrantMapFlags.Host);
        if (dropsDevice && busAddress != mapping.BusAddress)
        {
            return GrantStatus.BadDeviceAddress;
        }

        if (dropsHost && address != mapping.Address)
        {
            return GrantStatus.GeneralError;
        }

        var dropped = (dropsDevice ? GrantMapFlags.Device : 0) | (dropsHost ? GrantMapFlags.Host : 0);
        var left = mapping.Flags & ~dropped;
        if (dropsHost)
        {
            // The mapper loses the memory before the entry says so (GT-028).
            address!.Unmap();
        }

        if ((left & (GrantMapFlags.Device | GrantMapFlags.Host)) == 0)
        {
            _track.Give(handle);
        }
        else
        {
            _track.Set(handle, mapping with { Flags = left });
        }

        if (dropped != 0)
        {
            mapping.Table.Unpin(mapping.Reference, dropped | (mapping.Flags & GrantMapFlags.ReadOnly));
        }

        return GrantStatus.Okay;
    }
}
