namespace Conformance.Model.Judging.Rules;

/// <summary>The names under which a trace knows the directories of block devices and their drivers.</summary>
public static class DevicePath
{
    /// <summary>The driver's name of a front in an actor.</summary>
    public const string FrontDriver = "blkfront";

    /// <summary>The driver's name of a back in an actor.</summary>
    public const string BackDriver = "blkback";

    /// <summary>Whether a directory is that of a front.</summary>
    public static bool IsFront(string directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        return directory.Contains("/device/", StringComparison.Ordinal);
    }

    /// <summary>Whose driver a directory belongs to.</summary>
    public static Blame EndOf(string directory) => IsFront(directory) ? Blame.Front : Blame.Back;

    /// <summary>The domain in whose home a directory stands, such as <c>dom5</c>.</summary>
    public static string OwnerOf(string directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        return $"dom{directory.Split('/')[3]}";
    }

    /// <summary>The domain of an actor, such as <c>dom0</c> of <c>dom0/1</c>.</summary>
    public static string DomainOf(string actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return actor.Split('/', ' ')[0];
    }

    /// <summary>Takes a path apart into the directory of a block device and a name below it, which is empty for the directory itself.</summary>
    /// <returns>False for a path that leads into no such directory.</returns>
    public static bool TrySplit(string path, out string directory, out string name)
    {
        ArgumentNullException.ThrowIfNull(path);
        var parts = path.Split('/');
        int depth = parts is ["", "local", "domain", _, "device", "vbd", _, ..] ? 7
            : parts is ["", "local", "domain", _, "backend", "vbd", _, _, ..] ? 8
            : int.MaxValue;
        bool isDevice = parts.Length >= depth;
        directory = isDevice ? string.Join('/', parts[..depth]) : string.Empty;
        name = isDevice ? string.Join('/', parts[depth..]) : string.Empty;
        return isDevice;
    }

    /// <summary>The directory of the device whose driver an actor such as <c>dom0/blkback 1/51712</c> is.</summary>
    /// <param name="actor">The actor.</param>
    /// <param name="driver"><see cref="FrontDriver"/> or <see cref="BackDriver"/>.</param>
    /// <param name="directory">The directory; empty if the actor is no such driver.</param>
    public static bool TryDirectory(string actor, string driver, out string directory)
    {
        ArgumentNullException.ThrowIfNull(actor);
        directory = string.Empty;
        int slash = actor.IndexOf('/', StringComparison.Ordinal);
        if (slash < 3 || !actor.AsSpan(slash + 1).StartsWith(driver, StringComparison.Ordinal) || actor.IndexOf(' ', StringComparison.Ordinal) is var space && space < 0)
        {
            return false;
        }

        string kind = driver == BackDriver ? "backend" : "device";
        directory = $"/local/domain/{actor[3..slash]}/{kind}/vbd/{actor[(space + 1)..]}";
        return true;
    }
}
