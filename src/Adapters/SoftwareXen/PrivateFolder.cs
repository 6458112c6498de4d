namespace Conformance.Adapters.SoftwareXen;

/// <summary>Folders that nobody but this user may read or write.</summary>
internal static class PrivateFolder
{
    /// <summary>Makes it with its parents, or takes the one that is there; gives its absolute path.</summary>
    public static string Create(string path)
    {
        // Windows has no such modes, and no software Xen.
        return OperatingSystem.IsWindows()
            ? throw new PlatformNotSupportedException("Software Xen needs Linux.")
            : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
    }
}
