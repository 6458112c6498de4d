using Conformance.Model.Protocol;
using Conformance.Reference.Ports;
using Conformance.Reference.XenBus;

namespace Conformance.Reference.Network;

/// <summary>The pages of a front for frames of one direction, granted to the back for as long as the link lasts.</summary>
internal sealed class FrameSlots(IDomain domain, DomainId peer, int count)
{
    private readonly IOwnPage?[] _pages = new IOwnPage?[count];
    private readonly GrantRef[] _references = CreateReferences(count);

    internal int Count => count;

    /// <summary>Which slots the back has.</summary>
    internal bool[] IsLent { get; } = new bool[count];

    internal IOwnPage Page(int slot) => _pages[slot]!;

    internal GrantRef Reference(int slot) => _references[slot];

    /// <summary>Takes all pages; what was taken before a failure is for <see cref="ReleaseAsync"/>.</summary>
    internal async ValueTask AllocateAsync()
    {
        for (int i = 0; i < count; i++)
        {
            _pages[i] = await domain.Memory.AllocateAsync() ?? throw new DeviceFailure(Errno.ENOMEM, "no memory for frames");
        }
    }

    /// <summary>Grants all pages; as <see cref="AllocateAsync"/> when that fails.</summary>
    internal async ValueTask GrantAsync(GrantAccess access)
    {
        for (int i = 0; i < count; i++)
        {
            _references[i] = await domain.Grants.GrantAsync(peer, _pages[i]!, access);
            if (!_references[i].IsValid)
            {
                throw new DeviceFailure(Errno.ENOSPC, "no grant reference for frames");
            }
        }
    }

    /// <summary>Gives everything back, a page that the back uses still when it lets go (GT-010).</summary>
    internal async ValueTask ReleaseAsync()
    {
        for (int i = 0; i < count; i++)
        {
            if (_pages[i] is { } page)
            {
                var reference = _references[i];
                _pages[i] = null;
                _references[i] = GrantRef.Invalid;
                await (reference.IsValid ? domain.Grants.RevokeLaterAsync(reference, page) : domain.Memory.FreeAsync(page));
            }
        }
    }

    private static GrantRef[] CreateReferences(int count)
    {
        var references = new GrantRef[count];
        Array.Fill(references, GrantRef.Invalid);
        return references;
    }
}
