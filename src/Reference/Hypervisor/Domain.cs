using Conformance.Model.Protocol;

namespace Conformance.Reference.Hypervisor;

/// <summary>
/// One domain of an <see cref="InProcessHypervisor"/>: its number, its life, its memory, its grants and its event ports.
/// Every guest is born with a page and a port for the store. Any thread.
/// </summary>
public sealed class Domain
{
    internal Domain(InProcessHypervisor hypervisor, DomainId id, ulong incarnation, DomainOptions options)
    {
        Hypervisor = hypervisor;
        Id = id;
        Incarnation = incarnation;
        Options = options;
        Memory = new DomainMemory(this, options.MemoryPages);
        Mappings = new MappingSpace(this, options.MappingPages);
        Grants = new GrantCalls(this);
        GrantTable = new GrantTable(this);
        Events = new PortTable(this);
        StorePage = Memory.AddAt(StoreFrame);
        ConsolePage = new MemoryPage(hypervisor.NextPageKey(), ConsoleFrame);
        SharedInfo = NewSharedInfo();
        Parameters = new HvmParameters(this);
        StorePort = null!;
        ConnectStore();
    }

    /// <summary>The frame number of the page that every guest shares with the store.</summary>
    public const ulong StoreFrame = 0xFEFFC;

    /// <summary>The frame number of the page that every guest shares with its console.</summary>
    public const ulong ConsoleFrame = 0xFEFFF;

    /// <summary>Its number; free for another domain once this one is destroyed and none of its memory is held.</summary>
    public DomainId Id { get; }

    /// <summary>Differs from that of every other domain of this hypervisor, with the same number or not (XS-061).</summary>
    public ulong Incarnation { get; internal set; }

    /// <summary>What it is like.</summary>
    public DomainOptions Options { get; }

    /// <summary>Whether it is gone for good.</summary>
    public bool IsDestroyed { get; internal set; }

    /// <summary>Whether it is gone but others still hold memory of it, so that its number stays taken (GT-032).</summary>
    public bool IsZombie { get; internal set; }

    /// <summary>Why it stopped running; null while it runs.</summary>
    public ShutdownReason? Shutdown { get; internal set; }

    /// <summary>Its own pages.</summary>
    public DomainMemory Memory { get; }

    /// <summary>Its addresses for the pages of others.</summary>
    public MappingSpace Mappings { get; }

    /// <summary>What it may ask of the hypervisor about grants, its own and others'.</summary>
    public GrantCalls Grants { get; }

    /// <summary>What it grants to others.</summary>
    public GrantTable GrantTable { get; internal set; }

    /// <summary>Its event ports, and what it may ask about them.</summary>
    public PortTable Events { get; }

    /// <summary>Its HVM parameters; a PV domain has none.</summary>
    public HvmParameters Parameters { get; }

    /// <summary>The page that it shares with the store, at <see cref="StoreFrame"/>.</summary>
    public MemoryPage StorePage { get; }

    /// <summary>The page that it shares with its console, at <see cref="ConsoleFrame"/>; not counted as its memory.</summary>
    public MemoryPage ConsolePage { get; private set; }

    /// <summary>The page that the host shares with it (<see cref="SharedInfoPage"/>); another one on another host.</summary>
    public MemoryPage SharedInfo { get; private set; }

    /// <summary>Its port for the store, unbound until the domain is introduced.</summary>
    public EventPort StorePort { get; private set; }

    internal InProcessHypervisor Hypervisor { get; }

    internal Lock Gate => Hypervisor.Gate;

    /// <summary>The page with that frame number, or null.</summary>
    public MemoryPage? FindPage(ulong frame) => Memory.Find(frame);

    /// <summary>Whether this very port is one of the domain's.</summary>
    public bool HasPort(EventPort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        return Events.Find(port.Number) == port;
    }

    /// <summary>Makes an unbound port that <paramref name="remote"/> may bind to.</summary>
    /// <exception cref="InvalidOperationException">The domain is gone or has no free port.</exception>
    public EventPort AllocatePort(DomainId remote)
    {
        var error = Events.AllocateUnbound(DomainId.Self, remote, out var port);
        return port ?? throw new InvalidOperationException($"expected a free port in domain {Id}, got {error}; close some, or use a live domain");
    }

    /// <summary>Closes a port; its peer is unbound again. Nothing happens to one that is closed already.</summary>
    public void ClosePort(EventPort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        lock (Gate)
        {
            if (HasPort(port))
            {
                Events.Close(port.Number);
            }
        }
    }

    /// <summary>The pages of the host before are gone: who touches them is told so.</summary>
    internal void TakeHostPages()
    {
        ConsolePage.Free();
        SharedInfo.Free();
        ConsolePage = new MemoryPage(Hypervisor.NextPageKey(), ConsoleFrame);
        SharedInfo = NewSharedInfo();
    }

    private MemoryPage NewSharedInfo()
    {
        var page = new MemoryPage(Hypervisor.NextPageKey(), frame: 0);
        SharedInfoPage.WriteWallClock(page, Hypervisor.WallClock);
        return page;
    }

    /// <summary>What the tool stack does for a domain that begins to run on a host: a port for the store, told in the parameters.</summary>
    internal void ConnectStore()
    {
        StorePort = Events.AddUnbound(DomainId.Zero);
        if (Options.Flavour == DomainFlavour.Hvm)
        {
            Parameters.Introduce(StoreFrame, StorePort.Number);
        }
    }
}
