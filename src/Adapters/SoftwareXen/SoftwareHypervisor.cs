using Conformance.Model.Protocol;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.XenStore.Engine;

namespace Conformance.Adapters.SoftwareXen;

/// <summary>
/// The part of Xen that programs of domain 0 see through libxenctrl, libxenevtchn and libxengnttab, kept in this process:
/// domains, their memory, event channels and domain death. Programs reach it over a Unix socket (native/README.md).
/// </summary>
public sealed class SoftwareHypervisor : IAsyncDisposable
{
    private const int PagesOfDomain = 16;

    private readonly Lock gate = new();
    private readonly SortedDictionary<ushort, SoftwareDomain> domains = [];
    private readonly List<DomainMemory> memories = [];
    private readonly string memoryFolder;
    private readonly ProgramServer server;
    private ushort nextFresh = 1;

    /// <summary>Starts one that keeps its files and its socket below <paramref name="directory"/>.</summary>
    public SoftwareHypervisor(InstanceDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        memoryFolder = directory.In("memory");
        Events = new EventChannels(this, gate);
        // The first page of domain 0 is what its kernel offers the store as /proc/xen/xsd_kva, mapped from offset 0.
        Domain0 = Add(DomainId.Zero, directory.StorePageOfDomain0, storeFrame: 0);
        File.WriteAllText(directory.StorePortOfDomain0, $"{Domain0.Port}");
        server = new ProgramServer(this, directory.HypervisorSocket);
    }

    /// <summary>The control domain; its page and line are those of its own kernel's XenBus driver.</summary>
    public SoftwareDomain Domain0 { get; }

    internal EventChannels Events { get; }

    /// <summary>
    /// Makes a running domain, with the given number or one that no domain had yet. Waits while a domain of that number is
    /// dying.
    /// </summary>
    /// <exception cref="InvalidOperationException">The number is reserved, or a domain of that number is not dying.</exception>
    public async ValueTask<SoftwareDomain> CreateAsync(DomainId? number, CancellationToken cancellation)
    {
        while (true)
        {
            SoftwareDomain? before;
            lock (gate)
            {
                DomainId id = number ?? Fresh();
                before = Find(id.Value);
                if (before is null && id.IsOrdinary)
                {
                    return Add(id, Path.Combine(memoryFolder, $"{id}-{memories.Count}"), SoftwareDomain.StoreFrame);
                }

                if (before is not { Life: DomainLife.Dying })
                {
                    throw new InvalidOperationException($"Domain {id} cannot be made: the number is in use or reserved.");
                }
            }

            await before.Gone.WaitAsync(cancellation);
        }
    }

    /// <summary>Completes when a program takes connections at a socket with that path.</summary>
    public Task WaitForListenerAsync(string path, CancellationToken cancellation) =>
        server.WaitForListenerAsync(path, cancellation);

    /// <summary>Ends the server; programs that still run notice and end themselves.</summary>
    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        lock (gate)
        {
            domains.Clear();
            // The caller may look at the page of a domain that is long gone, so pages are kept until here.
            memories.ForEach(memory => memory.Dispose());
            Events.End();
        }
    }

    internal void Shutdown(SoftwareDomain domain, ShutdownReason reason)
    {
        lock (gate)
        {
            Expect(domain, DomainLife.Running);
            domain.Life = DomainLife.Shutdown;
            domain.Reason = reason;
            Events.RaiseDomainException();
        }
    }

    internal void Resume(SoftwareDomain domain)
    {
        lock (gate)
        {
            Expect(domain, DomainLife.Shutdown);
            domain.Life = DomainLife.Running;
        }
    }

    internal void Destroy(SoftwareDomain domain)
    {
        lock (gate)
        {
            if (domain.Life is DomainLife.Dying or DomainLife.Absent)
            {
                return;
            }

            domain.Life = DomainLife.Dying;
            Events.CloseAll(domain);
            Events.RaiseDomainException();
            RemoveIfUnmapped(domain);
        }
    }

    /// <summary>The domain of a number, alive or dying; used under the lock.</summary>
    internal SoftwareDomain? Find(ulong number) =>
        number <= ushort.MaxValue ? domains.GetValueOrDefault((ushort)number) : null;

    internal Answer DomainInfo(ulong first)
    {
        lock (gate)
        {
            SoftwareDomain? domain = domains.Values.FirstOrDefault(domain => domain.Id.Value >= first);
            return domain is null ? Answer.Ok(0) : Answer.Ok(1, domain.Describe().ToBytes());
        }
    }

    /// <summary>Maps a page of a domain into a program; <paramref name="byGrant"/> names it by grant, else by frame.</summary>
    internal Answer Map(ProgramConnection program, ulong number, ulong which, bool byGrant)
    {
        lock (gate)
        {
            if (Find(number) is not { Life: DomainLife.Running or DomainLife.Shutdown } domain)
            {
                return Answer.Fail(UnixError.ESRCH);
            }

            ulong frame = byGrant ? domain.Frame : which;
            if ((byGrant && which != SoftwareDomain.StoreGrant) || frame >= (ulong)domain.Memory.Pages)
            {
                return Answer.Fail(UnixError.EINVAL);
            }

            domain.ForeignMappings++;
            long mapping = program.AddMapping(domain);
            return Answer.Ok(mapping, PageRecord.ToBytes(domain.Memory.Path, (int)frame * DomainMemory.PageSize));
        }
    }

    internal void Unmapped(SoftwareDomain domain)
    {
        lock (gate)
        {
            domain.ForeignMappings--;
            RemoveIfUnmapped(domain);
        }
    }

    private static void Expect(SoftwareDomain domain, DomainLife life)
    {
        if (domain.Life != life)
        {
            throw new InvalidOperationException($"{domain} was expected to be {life}; it is {domain.Life}.");
        }
    }

    private DomainId Fresh()
    {
        while (domains.ContainsKey(nextFresh))
        {
            nextFresh++;
        }

        return new DomainId(nextFresh++);
    }

    private SoftwareDomain Add(DomainId id, string memoryPath, int storeFrame)
    {
        DomainMemory memory = new(memoryPath, PagesOfDomain);
        memories.Add(memory);
        SoftwareDomain domain = new(this, id, memory, storeFrame);
        domains.Add(id.Value, domain);
        domain.StoreLine = Events.OpenLine(domain);
        return domain;
    }

    private void RemoveIfUnmapped(SoftwareDomain domain)
    {
        if (domain.Life != DomainLife.Dying || domain.ForeignMappings > 0)
        {
            return;
        }

        domains.Remove(domain.Id.Value);
        domain.End();
        Events.RaiseDomainException();
    }
}
