using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;

namespace Conformance.Reference.Hypervisor;

/// <summary>A guest's loads and stores of the entries of its own table, in the order that the hypervisor relies on.</summary>
internal sealed class GuestEntries
{
    private readonly Domain _domain;
    private readonly GrantVersion _version;
    private MemoryPage[] _frames = [];
    private MemoryPage[] _statusFrames = [];

    public GuestEntries(Domain domain, GrantVersion version, int frames)
    {
        _domain = domain;
        _version = version;
        uint wanted = (uint)version;
        var error = domain.Grants.SetVersion(ref wanted);
        if (error != Errno.None || !TrySetUp(frames))
        {
            throw new InvalidOperationException($"expected a grant table of version {(int)version} and {frames} frames for domain {domain.Id}, got {error}; ask for less");
        }
    }

    public IReadOnlyList<MemoryPage> Frames => _frames;

    public int Count => _frames.Length * GrantLayout.EntriesPerFrame(_version);

    public bool TryGrow() => TrySetUp(_frames.Length + 1);

    public void WriteFrame(GrantRef reference, ulong frame)
    {
        if (_version == GrantVersion.One)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(frame, uint.MaxValue);
            Store(reference, GrantLayout.FrameV1, (uint)frame);
        }
        else
        {
            Store(reference, GrantLayout.SubPageOffset, 0);
            Store(reference, GrantLayout.FrameV2, (uint)frame);
            Store(reference, GrantLayout.FrameV2 + sizeof(uint), (uint)(frame >> 32));
        }
    }

    public void WritePart(GrantRef reference, ulong frame, ushort offset, ushort length)
    {
        CheckTwo();
        WriteFrame(reference, frame);
        Store(reference, GrantLayout.SubPageOffset, offset | ((uint)length << 16));
    }

    public void WriteTransitive(GrantRef reference, DomainId third, GrantRef thirdReference)
    {
        CheckTwo();
        WriteFrame(reference, thirdReference.Value);
        Store(reference, GrantLayout.TransitiveDomain, third.Value);
    }

    /// <summary>Writes the domain, and then flags; what else the entry says is written before.</summary>
    public void Publish(GrantRef reference, GrantFlags flags, DomainId peer)
    {
        // Domain and flags share a word, so the domain goes first with flags that grant nothing.
        Store(reference, GrantLayout.Flags, GrantLayout.Header(GrantFlags.Invalid, peer));
        Store(reference, GrantLayout.Flags, GrantLayout.Header(flags, peer));
    }

    public bool IsInvalid(GrantRef reference) =>
        (Flags(reference) & GrantLayout.TypeMask) == GrantFlags.Invalid && !IsInUse(reference);

    public bool IsInUse(GrantRef reference) => (InUse(reference) & GrantFlags.InUse) != 0;

    /// <summary>Makes the entry grant nothing if it is not in use.</summary>
    public bool TryRevoke(GrantRef reference) => _version == GrantVersion.One ? TryRevokeOne(reference) : TryRevokeTwo(reference);

    private bool TryRevokeOne(GrantRef reference)
    {
        var page = Place(reference, GrantLayout.Flags, out int offset);
        uint header = page.Load(offset);
        while (true)
        {
            var flags = GrantLayout.FlagsOf(header);
            if ((flags & GrantFlags.InUse) != 0)
            {
                return false;
            }

            // The hypervisor may have marked the entry since: then the exchange fails and all is looked at again.
            uint seen = page.CompareExchange(offset, GrantLayout.Header(GrantFlags.Invalid, GrantLayout.DomainOf(header)), header);
            if (seen == header)
            {
                return true;
            }

            header = seen;
        }
    }

    private bool TryRevokeTwo(GrantRef reference)
    {
        var page = Place(reference, GrantLayout.Flags, out int offset);

        // A full barrier lies between this store and the load of the status, as one lies between the hypervisor's store of
        // the status and its load of the flags: one of the two sees the other. No new use can begin after the store. What is
        // for reading alone stays so for whoever has it in use.
        uint header = page.Load(offset);
        var peer = GrantLayout.DomainOf(header);
        page.Store(offset, GrantLayout.Header(GrantLayout.FlagsOf(header) & GrantFlags.ReadOnly, peer));
        if (IsInUse(reference))
        {
            return false;
        }

        page.Store(offset, GrantLayout.Header(GrantFlags.Invalid, peer));
        return true;
    }

    private GrantFlags InUse(GrantRef reference)
    {
        if (_version == GrantVersion.One)
        {
            return Flags(reference);
        }

        var (frame, index) = Math.DivRem((int)reference.Value, GrantLayout.StatusesPerFrame);
        return (GrantFlags)(ushort)(_statusFrames[frame].Load(index / 2 * sizeof(uint)) >> (index % 2 * 16));
    }

    private GrantFlags Flags(GrantRef reference)
    {
        var page = Place(reference, GrantLayout.Flags, out int offset);
        return GrantLayout.FlagsOf(page.Load(offset));
    }

    private void Store(GrantRef reference, int field, uint value)
    {
        var page = Place(reference, field, out int offset);
        page.Store(offset, value);
    }

    private MemoryPage Place(GrantRef reference, int field, out int offset)
    {
        var (frame, start) = GrantLayout.PlaceOf(reference, _version);
        offset = start + field;
        return _frames[frame];
    }

    private bool TrySetUp(int frames)
    {
        var list = new MemoryPage?[frames];
        if (_domain.Grants.SetUpTable(DomainId.Self, frames, list) != GrantStatus.Okay)
        {
            return false;
        }

        _frames = Array.ConvertAll(list, page => page!);
        if (_version == GrantVersion.Two)
        {
            int statuses = (Count + GrantLayout.StatusesPerFrame - 1) / GrantLayout.StatusesPerFrame;
            var statusList = new MemoryPage?[statuses];
            var status = _domain.Grants.GetStatusFrames(DomainId.Self, statuses, statusList);
            _statusFrames = status == GrantStatus.Okay ? Array.ConvertAll(statusList, page => page!) : throw new InvalidOperationException($"expected {statuses} status frames, got {status}");
        }

        return true;
    }

    private void CheckTwo()
    {
        if (_version != GrantVersion.Two)
        {
            throw new InvalidOperationException("expected a grant table of version 2 for such an entry, got version 1; set the table up with version 2");
        }
    }
}
