using Conformance.Model.Protocol;

namespace Conformance.Reference.Hypervisor;

/// <summary>
/// The interrupt slots of a guest: each holds a port and its handler, in PV and HVM domains alike (HV-009). A slot is taken
/// before the port is bound and given back when binding fails (HV-010); the port is closed exactly once, with the slot
/// (EV-023). Any thread.
/// </summary>
public sealed class InterruptSlots
{
    private readonly Domain _domain;
    private readonly EventPort?[] _slots;
    private readonly bool[] _taken;

    /// <summary>So many slots for the ports of a domain.</summary>
    public InterruptSlots(Domain domain, int slots)
    {
        ArgumentNullException.ThrowIfNull(domain);
        _domain = domain;
        _slots = new EventPort?[slots];
        _taken = new bool[slots];
    }

    /// <summary>How many slots are taken.</summary>
    public int Taken => _taken.Count(taken => taken);

    /// <summary>Binds a new port to one of another domain and has the handler called for it: as for binding, and ENOSPC without a slot.</summary>
    public Errno Bind(DomainId remote, PortNumber remotePort, Action handler, out int slot)
    {
        lock (_domain.Gate)
        {
            slot = Array.IndexOf(_taken, false);
            if (slot < 0)
            {
                return Errno.ENOSPC;
            }

            _taken[slot] = true;
            var error = _domain.Events.BindInterdomain(remote, remotePort.Value, out var port);
            if (port is null)
            {
                _taken[slot] = false;
                slot = -1;
                return error;
            }

            _slots[slot] = port;
            port.Upcall = handler;
            return Errno.None;
        }
    }

    /// <summary>The port of a slot, to signal by; null when the slot is free.</summary>
    public EventPort? PortOf(int slot)
    {
        lock (_domain.Gate)
        {
            return slot >= 0 && slot < _slots.Length ? _slots[slot] : null;
        }
    }

    /// <summary>Takes the handler away, closes the port and frees the slot; false when it was free.</summary>
    public bool Unbind(int slot)
    {
        lock (_domain.Gate)
        {
            if (PortOf(slot) is not { } port)
            {
                return false;
            }

            port.Upcall = null;
            _domain.ClosePort(port);
            _slots[slot] = null;
            _taken[slot] = false;
            return true;
        }
    }
}
