using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>
/// The permissions of the special watches (XS-044, XS-088). They are no nodes: only GET_PERMS and SET_PERMS see them.
/// The form for one domain, <c>@releaseDomain/5</c>, has the permissions of its bare name.
/// </summary>
internal sealed class SpecialNodes
{
    private PermissionList _introduce = new([new XsPermission(DomainId.Zero, XsAccess.None)]);
    private PermissionList _release = new([new XsPermission(DomainId.Zero, XsAccess.None)]);

    public static ReadOnlySpan<byte> IntroduceName => "@introduceDomain"u8;

    public static ReadOnlySpan<byte> ReleaseName => "@releaseDomain"u8;

    public PermissionList Introduce => _introduce;

    public PermissionList Release => _release;

    /// <summary>The permissions behind a special path; null when there is no such special watch.</summary>
    public PermissionList? Find(ReadOnlySpan<byte> path) => BareName(path) switch
    {
        var name when name.SequenceEqual(IntroduceName) => _introduce,
        var name when name.SequenceEqual(ReleaseName) => _release,
        _ => null,
    };

    /// <summary>Replaces the permissions behind a special path that exists.</summary>
    public void Set(ReadOnlySpan<byte> path, PermissionList permissions)
    {
        if (BareName(path).SequenceEqual(IntroduceName))
        {
            _introduce = permissions;
        }
        else
        {
            _release = permissions;
        }
    }

    /// <summary>Drops what a dead domain was granted (XS-060).</summary>
    public void Forget(DomainId domain)
    {
        _introduce = _introduce.WithoutDead(domain);
        _release = _release.WithoutDead(domain);
    }

    private static ReadOnlySpan<byte> BareName(ReadOnlySpan<byte> path)
    {
        int slash = path.IndexOf((byte)'/');
        return slash >= 0 && DomainId.TryParse(path[(slash + 1)..], out _) ? path[..slash] : path;
    }
}
