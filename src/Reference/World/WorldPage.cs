using Conformance.Reference.Fibers;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.Ports;

namespace Conformance.Reference.World;

/// <summary>A page as a fiber sees it: every access is a step on the memory behind it, wherever that is mapped.</summary>
internal abstract class WorldPage(FiberDriver driver, MachinePage page) : IDirectPage
{
    internal MachinePage Page => page;

    public Resource Resource => new(ResourceKind.Page, page.Key);

    public ValueTask<uint> LoadAsync(int offset) => driver.PerformAsync<LoadStep, uint>(new LoadStep(this, offset));

    public ValueTask StoreAsync(int offset, uint value) => driver.DoAsync(new StoreStep(this, offset, value));

    public ValueTask CopyOutAsync(int offset, Memory<byte> destination) => driver.DoAsync(new CopyOutStep(this, offset, destination));

    public ValueTask CopyInAsync(int offset, ReadOnlyMemory<byte> source) => driver.DoAsync(new CopyInStep(this, offset, source));

    public Span<byte> Access(int offset, int length, AccessMode mode)
    {
        Touch(mode);
        return mode == AccessMode.Read ? page.Bytes(offset, length) : page.WritableBytes(offset, length);
    }

    private void Touch(AccessMode mode) => driver.Audit.Touch(Resource, mode);

    private readonly struct LoadStep(WorldPage page, int offset) : IStep<uint>
    {
        public void Declare(ref AccessSet accesses) => accesses.Reads(page.Resource);

        public uint Perform()
        {
            page.Touch(AccessMode.Read);
            return page.Page.Load(offset);
        }
    }

    private readonly struct StoreStep(WorldPage page, int offset, uint value) : IStep<bool>
    {
        public void Declare(ref AccessSet accesses) => accesses.Writes(page.Resource);

        public bool Perform()
        {
            page.Touch(AccessMode.Write);
            page.Page.Store(offset, value);
            return true;
        }
    }

    private readonly struct CopyOutStep(WorldPage page, int offset, Memory<byte> destination) : IStep<bool>
    {
        public void Declare(ref AccessSet accesses) => accesses.Reads(page.Resource);

        public bool Perform()
        {
            page.Touch(AccessMode.Read);
            page.Page.CopyOut(offset, destination.Span);
            return true;
        }
    }

    private readonly struct CopyInStep(WorldPage page, int offset, ReadOnlyMemory<byte> source) : IStep<bool>
    {
        public void Declare(ref AccessSet accesses) => accesses.Writes(page.Resource);

        public bool Perform()
        {
            page.Touch(AccessMode.Write);
            page.Page.CopyIn(offset, source.Span);
            return true;
        }
    }
}
