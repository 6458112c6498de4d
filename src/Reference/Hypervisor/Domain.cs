using Conformance.Model.Protocol;

namespace Conformance.Reference.Hypervisor;

/// <summary>Why a domain stopped running (<c>SHUTDOWN_*</c>, sched.h).</summary>
public enum ShutdownReason
{
    /// <summary>It powered off.</summary>
    PowerOff = 0,

    /// <summary>It wants to start again.</summary>
    Reboot = 1,

    /// <summary>It is suspended and may be resumed.</summary>
    Suspend = 2,

    /// <summary>It crashed.</summary>
    Crash = 3,

    /// <summary>It did not answer its watchdog.</summary>
    Watchdog = 4,

    /// <summary>It wants its devices and memory reset.</summary>
    SoftReset = 5,
}

/// <summary>
/// One domain of an <see cref="InProcessHypervisor"/>: its number, its life, its pages by frame number and its event
/// ports. Every guest is born with a page and a port for the store. Any thread.
/// </summary>
public sealed class Domain
{
    private readonly InProcessHypervisor _hypervisor;
    private readonly Dictionary<ulong, MemoryPage> _pages = [];
    private readonly Dictionary<uint, EventPort> _ports = [];
    private uint _lastPort;

    internal Domain(InProcessHypervisor hypervisor, DomainId id, ulong incarnation)
    {
        _hypervisor = hypervisor;
        Id = id;
        Incarnation = incarnation;
        StorePage = AddPage(StoreFrame);
        StorePort = AddPort(DomainId.Zero);
    }

    /// <summary>The frame number of the page that every guest shares with the store.</summary>
    public const ulong StoreFrame = 0xFEFFC;

    /// <summary>Its number; free for another domain once this one is destroyed.</summary>
    public DomainId Id { get; }

    /// <summary>Differs from that of every other domain of this hypervisor, with the same number or not (XS-061).</summary>
    public ulong Incarnation { get; }

    /// <summary>Whether it is gone for good.</summary>
    public bool IsDestroyed { get; internal set; }

    /// <summary>Why it stopped running; null while it runs.</summary>
    public ShutdownReason? Shutdown { get; internal set; }

    /// <summary>The page that it shares with the store, at <see cref="StoreFrame"/>.</summary>
    public MemoryPage StorePage { get; }

    /// <summary>Its port for the store, unbound until the domain is introduced.</summary>
    public EventPort StorePort { get; }

    /// <summary>The page with that frame number, or null.</summary>
    public MemoryPage? FindPage(ulong frame)
    {
        lock (_hypervisor.Gate)
        {
            return _pages.GetValueOrDefault(frame);
        }
    }

    /// <summary>Whether this very port is one of the domain's.</summary>
    public bool HasPort(EventPort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        lock (_hypervisor.Gate)
        {
            return _ports.GetValueOrDefault(port.Number) == port;
        }
    }

    /// <summary>Makes an unbound port that <paramref name="remote"/> may bind to.</summary>
    public EventPort AllocatePort(DomainId remote)
    {
        lock (_hypervisor.Gate)
        {
            return AddPort(remote);
        }
    }

    /// <summary>Closes a port; its peer is unbound again.</summary>
    public void ClosePort(EventPort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        lock (_hypervisor.Gate)
        {
            _ports.Remove(port.Number);
            port.Part();
        }
    }

    internal MemoryPage AddPage(ulong frame)
    {
        var page = new MemoryPage();
        _pages.Add(frame, page);
        return page;
    }

    internal EventPort AddPort(DomainId remote)
    {
        var port = new EventPort(++_lastPort, remote);
        _ports.Add(port.Number, port);
        return port;
    }

    internal EventPort? FindPort(uint number) => _ports.GetValueOrDefault(number);

    internal void CloseAllPorts()
    {
        foreach (var port in _ports.Values)
        {
            port.Part();
        }

        _ports.Clear();
    }
}
