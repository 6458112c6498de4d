using System.Diagnostics;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Conformance.Adapters.SoftwareXen;

/// <summary>The library that programs under software Xen are started with: compiled once from the sources in native/.</summary>
public static class PreloadLibrary
{
    /// <summary>Names a library built beforehand, for machines without a compiler.</summary>
    public const string PathVariable = "CONFORMANCE_XEN_PRELOAD";

    private const string ResourcePrefix = "native/";

    private static readonly string[] Flags = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-fPIC", "-shared"];

    private static readonly Lazy<IReadOnlyList<(string Name, byte[] Content)>> Sources = new(ReadSources);

    private static readonly Lock Building = new();

    /// <summary>The path of the library, or null when it is not there and cannot be made because there is no compiler.</summary>
    public static string? FindExisting()
    {
        string? named = Environment.GetEnvironmentVariable(PathVariable);
        string path = string.IsNullOrEmpty(named) ? CachedPath() : named;
        return File.Exists(path) ? path : null;
    }

    /// <summary>The compiler's path, or null.</summary>
    public static string? FindCompiler() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, "gcc"))
            .FirstOrDefault(File.Exists);

    /// <summary>The path of the library, compiling it when it is not there yet.</summary>
    /// <exception cref="InvalidOperationException">There is no compiler, or it failed; the message has its words.</exception>
    public static string Require()
    {
        lock (Building)
        {
            return FindExisting() ?? Build();
        }
    }

    private static string Build()
    {
        string compiler = FindCompiler() ??
            throw new InvalidOperationException("The preload library needs gcc, which is not on PATH: run scripts/install-real-targets.sh.");
        string target = CachedPath();
        string work = Directory.CreateDirectory($"{target}.{Environment.ProcessId}").FullName;
        try
        {
            foreach ((string name, byte[] content) in Sources.Value)
            {
                File.WriteAllBytes(Path.Combine(work, name), content);
            }

            string built = Path.Combine(work, "preload.so");
            Run(compiler, work, [.. Flags, "-o", built, .. Sources.Value.Select(s => s.Name).Where(n => n.EndsWith(".c", StringComparison.Ordinal))]);
            // Renaming is atomic, so a run beside this one sees no half of a library.
            File.Move(built, target, overwrite: true);
            return target;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static void Run(string program, string folder, IEnumerable<string> arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
        })!;
        string said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} could not build the preload library (exit {process.ExitCode}): {said.Trim()}");
        }
    }

    private static string CachedPath()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Join(' ', Flags)));
        foreach ((string name, byte[] content) in Sources.Value)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(content);
        }

        string key = Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
        return Path.Combine(CacheFolder(), $"preload-{key}.so");
    }

    private static string CacheFolder()
    {
        string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        cache = !string.IsNullOrEmpty(cache) ? cache
            : home.Length > 0 ? Path.Combine(home, ".cache")
            : Path.Combine(Path.GetTempPath(), $"cache-{Environment.UserName}");
        // Code is loaded from here, so nobody else may write to it.
        return PrivateFolder.Create(Path.Combine(cache, "conformance"));
    }

    private static List<(string Name, byte[] Content)> ReadSources()
    {
        Assembly assembly = typeof(PreloadLibrary).Assembly;
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => (name[ResourcePrefix.Length..], Resource.Read(assembly, name)))];
    }
}
