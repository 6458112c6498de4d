using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;

namespace Conformance.Reference.Hypervisor;

/// <content>The table itself: frames, layout, exchange of entries. DOMID_SELF is the caller; naming another domain takes privilege.</content>
public sealed partial class GrantCalls
{
    /// <summary>Makes a table at least so many frames long and tells the first of them.</summary>
    /// <param name="domain">Whose table.</param>
    /// <param name="frames">How many frames.</param>
    /// <param name="list">Gets that many; too short a list fails and nothing is written past its end.</param>
    public GrantStatus SetUpTable(DomainId domain, int frames, Span<MemoryPage?> list)
    {
        lock (_caller.Gate)
        {
            var status = FindTable(domain, out var table);
            return status == GrantStatus.Okay ? table!.SetUp(frames, list) : status;
        }
    }

    /// <summary>Tells the first frames of the status array of a version 2 table (GT-003, GT-054).</summary>
    /// <param name="domain">Whose table.</param>
    /// <param name="frames">How many frames; more than there are is a general error.</param>
    /// <param name="list">Gets that many; too short a list fails and nothing is written past its end.</param>
    public GrantStatus GetStatusFrames(DomainId domain, int frames, Span<MemoryPage?> list)
    {
        lock (_caller.Gate)
        {
            var status = FindTable(domain, out var table);
            return status == GrantStatus.Okay ? table!.GetStatusFrames(frames, list) : status;
        }
    }

    /// <summary>How many frames a table has, and may have.</summary>
    public GrantStatus QuerySize(DomainId domain, out int frames, out int mostFrames)
    {
        lock (_caller.Gate)
        {
            var status = FindTable(domain, out var table);
            frames = table?.Entries.Frames.Count ?? 0;
            mostFrames = table?.Owner.Options.GrantFrames ?? 0;
            return status;
        }
    }

    /// <summary>Changes the layout of the caller's table: EINVAL, ENOSYS, EBUSY, EAGAIN, ERANGE (GT-050, GT-051).</summary>
    /// <param name="version">1 or 2; the version in force when the call returns.</param>
    public Errno SetVersion(ref uint version)
    {
        lock (_caller.Gate)
        {
            var error = _caller.GrantTable.SetVersion(version);
            version = (uint)_caller.GrantTable.Version;
            return error;
        }
    }

    /// <summary>The layout of a table: ESRCH, EPERM.</summary>
    public Errno GetVersion(DomainId domain, out GrantVersion version)
    {
        lock (_caller.Gate)
        {
            var status = FindTable(domain, out var table);
            version = table?.Version ?? default;
            return status switch
            {
                GrantStatus.Okay => Errno.None,
                GrantStatus.BadDomain => Errno.ESRCH,
                _ => Errno.EPERM,
            };
        }
    }

    /// <summary>Exchanges two entries of the caller's table; one that is in use says try again (GT-053).</summary>
    public GrantStatus Swap(GrantRef first, GrantRef second)
    {
        lock (_caller.Gate)
        {
            return _caller.GrantTable.Swap(first, second);
        }
    }

    private GrantStatus FindTable(DomainId domain, out GrantTable? table)
    {
        var found = _caller.Hypervisor.FindAny(_caller, domain);
        bool isAllowed = found == _caller || _caller.Options.IsPrivileged;
        table = isAllowed ? found?.GrantTable : null;
        return found is null ? GrantStatus.BadDomain : isAllowed ? GrantStatus.Okay : GrantStatus.PermissionDenied;
    }
}
