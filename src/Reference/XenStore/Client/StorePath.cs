namespace Conformance.Reference.XenStore.Client;

/// <summary>Puts paths together.</summary>
public static class StorePath
{
    /// <summary>The node <paramref name="name"/> below <paramref name="directory"/>; either may be empty.</summary>
    public static string Join(string directory, string name)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(name);
        return name.Length == 0 ? directory
            : directory.Length == 0 ? name
            : directory[^1] == '/' ? directory + name
            : $"{directory}/{name}";
    }
}
