using System.Reflection;

namespace Conformance.Adapters.SoftwareXen;

/// <summary>Files that travel inside the assembly.</summary>
internal static class Resource
{
    public static byte[] Read(Assembly assembly, string name)
    {
        using Stream stream = assembly.GetManifestResourceStream(name) ??
            throw new InvalidOperationException($"{assembly.GetName().Name} was built without its resource {name}.");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
