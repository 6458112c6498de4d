using System.Runtime.InteropServices;

namespace Conformance.Adapters.SoftwareXen;

/// <summary>Something that running a real daemon needs and this machine lacks.</summary>
/// <param name="What">What was looked for, and what was found instead.</param>
/// <param name="Remedy">The line that puts it right.</param>
public sealed record MissingRequirement(string What, string Remedy)
{
    /// <inheritdoc/>
    public override string ToString() => $"{What} To fix: {Remedy}";
}

/// <summary>What this machine has of the things that a real XenStore daemon needs to run under software Xen.</summary>
/// <param name="ProgramPath">The daemon's absolute path, or null.</param>
/// <param name="XenVersion">The release that it belongs to, such as <c>4.17</c>, or null.</param>
/// <param name="Missing">What keeps it from running; empty when it can.</param>
public sealed record SoftwareXenRequirements(string? ProgramPath, string? XenVersion, IReadOnlyList<MissingRequirement> Missing)
{
    /// <summary>The release whose library calls the preload library answers: their structures differ between releases.</summary>
    public const string SupportedVersion = "4.17";

    private const string Installer = "scripts/install-real-targets.sh";

    /// <summary>Whether the daemon can run here.</summary>
    public bool IsMet => Missing.Count == 0;

    /// <summary>Looks for the daemon of the given file name and for all else that it needs.</summary>
    /// <param name="program"><c>xenstored</c> or <c>oxenstored</c>.</param>
    /// <param name="libraries">The folder that has a folder <c>xen-VERSION/bin</c> for every installed release.</param>
    public static SoftwareXenRequirements Check(string program, string libraries = "/usr/lib")
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            string here = $"{RuntimeInformation.OSDescription} on {RuntimeInformation.ProcessArchitecture}";
            return new(null, null, [new($"Software Xen needs Linux on x86_64; this is {here}.", "use another machine")]);
        }

        List<MissingRequirement> missing = [];
        (string Path, string Version)[] installed = Installed(program, libraries);
        (string? path, string? version) = installed.FirstOrDefault(found => found.Version == SupportedVersion);
        if (path is null)
        {
            string found = installed.Length == 0 ? "none is" : $"only {string.Join(", ", installed.Select(i => i.Path))} is";
            missing.Add(new($"{program} of Xen {SupportedVersion} is needed; {found} installed in {libraries}.", Installer));
        }

        if (PreloadLibrary.FindExisting() is null && PreloadLibrary.FindCompiler() is null)
        {
            missing.Add(new("gcc is needed once, to build the preload library; it is not on PATH.", $"{Installer}, or name a built one in {PreloadLibrary.PathVariable}"));
        }

        return new(path, version, missing);
    }

    private static (string Path, string Version)[] Installed(string program, string libraries) =>
        !Directory.Exists(libraries)
            ? []
            : [.. Directory.EnumerateDirectories(libraries, "xen-*")
                .Select(folder => (Path: Path.Combine(folder, "bin", program), Version: Path.GetFileName(folder)["xen-".Length..]))
                .Where(found => File.Exists(found.Path))
                .OrderBy(found => found.Version, StringComparer.Ordinal)];
}
