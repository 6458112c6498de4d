namespace Conformance.Adapters.SoftwareXen;

/// <summary>
/// The directory of one software Xen with the programs under it. It stands in for the root in the paths that the programs
/// have built in, and is removed at the end; what a killed run left is removed by the next one.
/// </summary>
public sealed class InstanceDirectory : IDisposable
{
    // The preload library removes directories of this name only.
    private const string Prefix = "xenconf-";

    private static readonly Lazy<bool> Swept = new(Sweep);

    private readonly FileStream held;

    /// <summary>Makes a new one, for this user alone.</summary>
    public InstanceDirectory()
    {
        _ = Swept.Value;
        Path = PrivateFolder.Create(System.IO.Path.Combine(Parent, Prefix + System.IO.Path.GetRandomFileName()[..8]));
        held = new FileStream(LockOf(Path), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        foreach (string below in (string[])["memory", "proc/xen", "var/run/xen", "var/run/xenstored", "var/lib/xenstored", "var/log/xen"])
        {
            Directory.CreateDirectory(In(below));
        }
    }

    /// <summary>The directory's absolute path, short enough for sockets inside (under 108 bytes, unix(7)).</summary>
    public string Path { get; }

    /// <summary>Where the hypervisor takes the calls of preloaded programs.</summary>
    internal string HypervisorSocket => In("hypervisor");

    /// <summary>The file behind /proc/xen/xsd_kva.</summary>
    internal string StorePageOfDomain0 => In("proc/xen/xsd_kva");

    /// <summary>The file behind /proc/xen/xsd_port.</summary>
    internal string StorePortOfDomain0 => In("proc/xen/xsd_port");

    /// <summary>The socket that both daemons make.</summary>
    internal string StoreSocket => In("var/run/xenstored/socket");

    /// <summary>Where memory files and sockets live in memory; a deep temporary directory would make socket paths too long.</summary>
    private static string Parent => Directory.Exists("/dev/shm") ? "/dev/shm" : "/tmp";

    /// <summary>Removes the directory with all that is in it.</summary>
    public void Dispose()
    {
        held.Dispose();
        Remove(Path);
    }

    internal string In(string relative) => System.IO.Path.Combine(Path, relative);

    private static string LockOf(string path) => System.IO.Path.Combine(path, "lock");

    private static void Remove(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception gone) when (gone is DirectoryNotFoundException or UnauthorizedAccessException)
        {
            // Another run, or the preloaded program, was faster; or it belongs to another user.
        }
    }

    /// <summary>Removes the directories whose process has ended without doing so.</summary>
    internal static bool Sweep()
    {
        foreach (string path in Directory.EnumerateDirectories(Parent, Prefix + "*"))
        {
            try
            {
                // Opening succeeds only when the process that held the lock has ended.
                using FileStream left = new(LockOf(path), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                Remove(path);
            }
            catch (Exception inUse) when (inUse is IOException or UnauthorizedAccessException)
            {
                // It is in use, or belongs to another user.
            }
        }

        return true;
    }
}
