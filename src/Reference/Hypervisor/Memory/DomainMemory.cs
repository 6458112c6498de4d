namespace Conformance.Reference.Hypervisor;

/// <summary>The pages of a domain by frame number. Any thread.</summary>
public sealed class DomainMemory
{
    private const ulong FirstFrame = 0x1000;
    private readonly Domain _domain;
    private readonly Dictionary<ulong, MemoryPage> _pages = [];
    private readonly Stack<ulong> _freed = [];
    private ulong _nextFrame = FirstFrame;

    internal DomainMemory(Domain domain, int limit)
    {
        _domain = domain;
        Limit = limit;
    }

    /// <summary>The most pages that the domain may have.</summary>
    public int Limit { get; }

    /// <summary>How many pages the domain has.</summary>
    public int Count => _pages.Count;

    /// <summary>How many pages were given back while somebody else held their memory, which GT-008 forbids.</summary>
    public int FreedInUse { get; private set; }

    /// <summary>A zeroed page; null when the domain has as many as it may.</summary>
    public MemoryPage? TryAllocate()
    {
        lock (_domain.Gate)
        {
            return _domain.IsDestroyed || _pages.Count >= Limit
                ? null
                : AddAt(_freed.TryPop(out ulong frame) ? frame : _nextFrame++);
        }
    }

    /// <summary>A zeroed page.</summary>
    /// <exception cref="InvalidOperationException">The domain has as many as it may.</exception>
    public MemoryPage Allocate() => TryAllocate()
        ?? throw new InvalidOperationException($"expected room for a page in domain {_domain.Id}, got {Count} pages of {Limit}; free some");

    /// <summary>The page with that frame number, or null.</summary>
    public MemoryPage? Find(ulong frame)
    {
        lock (_domain.Gate)
        {
            return FindInside(frame);
        }
    }

    /// <summary>Gives a page back. Its frame number may be used again, its memory once nobody holds it any more.</summary>
    /// <returns>Whether somebody else still held the memory, which GT-008 forbids.</returns>
    /// <exception cref="ArgumentException">The page is not the domain's.</exception>
    public bool Free(MemoryPage page)
    {
        ArgumentNullException.ThrowIfNull(page);
        lock (_domain.Gate)
        {
            if (_pages.GetValueOrDefault(page.Frame) != page)
            {
                throw new ArgumentException($"expected a page of domain {_domain.Id}, got page {page.Key} (frame {page.Frame:x}); free a page once, in its own domain", nameof(page));
            }

            _pages.Remove(page.Frame);
            _freed.Push(page.Frame);
            page.Free();
            FreedInUse += page.Pins > 0 ? 1 : 0;
            return page.Pins > 0;
        }
    }

    /// <summary>As <see cref="Find"/>, for who holds the lock.</summary>
    internal MemoryPage? FindInside(ulong frame) => _pages.GetValueOrDefault(frame);

    internal MemoryPage AddAt(ulong frame)
    {
        var page = new MemoryPage(_domain.Hypervisor.NextPageKey(), frame);
        _pages.Add(frame, page);
        return page;
    }

    internal void MoveAll()
    {
        foreach (var page in _pages.Values.OrderBy(page => page.Frame))
        {
            page.MoveTo(_domain.Hypervisor.NextPageKey());
        }
    }
}
