namespace Conformance.Reference.Hypervisor;

/// <summary>
/// The addresses of a domain at which it may map foreign pages. An HVM domain has a limited range of physical addresses
/// that its parent bus hands out; a PV domain's range is as good as unlimited. What a driver reserves it releases when it
/// detaches (BB-037, BB-038, HV-015). Any thread.
/// </summary>
public sealed class MappingSpace
{
    private const ulong FirstAddress = 0xF000_0000_0000;
    private readonly Domain _domain;
    private readonly List<MappedPage?> _addresses = [];
    private int _firstFree;

    internal MappingSpace(Domain domain, int limit)
    {
        _domain = domain;
        Limit = limit;
    }

    /// <summary>How many pages it has in all.</summary>
    public int Limit { get; }

    /// <summary>How many pages are reserved.</summary>
    public int Reserved { get; private set; }

    /// <summary>Reserves one page; null when the range is used up.</summary>
    public MappedPage? TryReserve()
    {
        lock (_domain.Gate)
        {
            while (_firstFree < _addresses.Count && _addresses[_firstFree] is not null)
            {
                _firstFree++;
            }

            return _firstFree < Limit ? Take(_firstFree) : null;
        }
    }

    /// <summary>Reserves pages that follow one another; all or none.</summary>
    public bool TryReserve(Span<MappedPage> pages)
    {
        lock (_domain.Gate)
        {
            int start = FindRun(pages.Length);
            for (int i = 0; start >= 0 && i < pages.Length; i++)
            {
                pages[i] = Take(start + i);
            }

            return start >= 0;
        }
    }

    /// <summary>Gives a page back.</summary>
    /// <exception cref="InvalidOperationException">Something is mapped there, it was released before, or it is another domain's.</exception>
    public void Release(MappedPage page)
    {
        ArgumentNullException.ThrowIfNull(page);
        lock (_domain.Gate)
        {
            if (page.Mapper != _domain || page.IsReleased || page.IsPresent)
            {
                string state = page.Mapper != _domain ? "another domain's" : page.IsReleased ? "a released one" : "one with a mapping";
                throw new InvalidOperationException($"expected an address that domain {_domain.Id} reserved, got {state} at {page.Address:x}; unmap, then release once");
            }

            int index = (int)((page.Address - FirstAddress) / MachinePage.Size);
            page.IsReleased = true;
            _addresses[index] = null;
            _firstFree = Math.Min(_firstFree, index);
            Reserved--;
        }
    }

    private MappedPage Take(int index)
    {
        while (_addresses.Count <= index)
        {
            _addresses.Add(null);
        }

        Reserved++;
        return _addresses[index] = new MappedPage(_domain, FirstAddress + ((ulong)index * MachinePage.Size));
    }

    private int FindRun(int count)
    {
        int run = 0;
        for (int i = 0; i < Limit; i++)
        {
            run = i < _addresses.Count && _addresses[i] is not null ? 0 : run + 1;
            if (run >= count)
            {
                return i - count + 1;
            }
        }

        return count == 0 ? 0 : -1;
    }
}
