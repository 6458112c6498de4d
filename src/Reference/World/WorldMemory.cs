using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;
using Conformance.Reference.Fibers;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.Ports;

namespace Conformance.Reference.World;

/// <summary>A domain's own pages.</summary>
internal sealed class WorldMemory(FiberDriver driver, Domain domain) : IMemory
{
    private Resource Resource => new(ResourceKind.Domain, domain.Id.Value);

    public ValueTask<IOwnPage?> AllocateAsync() => driver.PerformAsync<Allocation, IOwnPage?>(new Allocation(this));

    public ValueTask FreeAsync(IOwnPage page) => driver.DoAsync(new Freeing(this, (OwnPage)page));

    private OwnPage? Allocate()
    {
        driver.Audit.Touch(Resource, AccessMode.Write);
        return domain.Memory.TryAllocate() is { } page ? new OwnPage(driver, page) : null;
    }

    private bool Free(OwnPage page)
    {
        driver.Audit.Touch(Resource, AccessMode.Write);
        if (domain.Memory.Free(page.Own))
        {
            throw new InvalidOperationException($"expected a page that nobody else uses, got frame {page.Frame:x} with {page.Own.Pins} users; revoke its grant first (GT-008)");
        }

        return true;
    }

    private readonly struct Allocation(WorldMemory memory) : IStep<IOwnPage?>
    {
        public void Declare(ref AccessSet accesses) => accesses.Writes(memory.Resource);

        public IOwnPage? Perform() => memory.Allocate();
    }

    private readonly struct Freeing(WorldMemory memory, OwnPage page) : IStep<bool>
    {
        public void Declare(ref AccessSet accesses)
        {
            accesses.Writes(memory.Resource);
            accesses.Writes(page.Resource);
        }

        public bool Perform() => memory.Free(page);
    }
}

/// <summary>A page of the domain's own, as a fiber sees it.</summary>
internal sealed class OwnPage(FiberDriver driver, MemoryPage page) : WorldPage(driver, page), IOwnPage
{
    public ulong Frame => page.Frame;

    internal MemoryPage Own => page;
}

/// <summary>A page of another domain at an address of this one.</summary>
internal sealed class ForeignPage(FiberDriver driver, MappedPage address) : WorldPage(driver, address), IMappedPage
{
    public bool IsMapped => address.IsPresent;

    internal MappedPage Address => address;

    internal GrantHandle Handle { get; set; }

    internal DomainId Owner { get; set; }
}
