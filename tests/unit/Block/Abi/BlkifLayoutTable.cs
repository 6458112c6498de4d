using System.Globalization;

namespace Conformance.Tests.Unit.Block.Abi;

/// <summary>The checked-in table of what the compiler makes of the public headers.</summary>
internal static class BlkifLayoutTable
{
    private static readonly string[] Lines = ReadLines();

    /// <summary>The values of an ABI by name: <c>structure.field</c>, <c>structure size</c>, a constant, or a ring's entries.</summary>
    /// <param name="abi"><c>x86_64</c> or <c>x86_32</c>.</param>
    public static SortedDictionary<string, int> Of(string abi) => new(
        Lines.Where(line => line.StartsWith(abi + " ", StringComparison.Ordinal))
            .Select(line => line[(abi.Length + 1)..])
            .ToDictionary(line => line[..line.LastIndexOf(' ')], line => int.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture)),
        StringComparer.Ordinal);

    private static string[] ReadLines()
    {
        using var stream = typeof(BlkifLayoutTable).Assembly.GetManifestResourceStream("blkif-layout.txt")
            ?? throw new InvalidOperationException("expected blkif-layout.txt among the resources of the tests");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
