using System.Reflection;
using System.Reflection.Metadata;

/// <summary>
/// Run by the runtime in a mutant's process before anything else (DOTNET_STARTUP_HOOKS, which asks for a class of this
/// name outside of all namespaces): changes the methods of the reference.
/// </summary>
internal static class StartupHook
{
    /// <summary>Names the folder with the update.</summary>
    internal const string FolderVariable = "CONFORMANCE_ZOO_UPDATE";

    internal const string MetadataFile = "update.metadata";
    internal const string CodeFile = "update.code";

    public static void Initialize()
    {
        string folder = Environment.GetEnvironmentVariable(FolderVariable)
            ?? throw new InvalidOperationException($"expected {FolderVariable} to name the folder of the update, it is not set");
        MetadataUpdater.ApplyUpdate(
            Assembly.Load("Conformance.Reference"),
            File.ReadAllBytes(Path.Combine(folder, MetadataFile)),
            File.ReadAllBytes(Path.Combine(folder, CodeFile)),
            []);
    }
}
