using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Conformance.Tests.Unit.Architecture;

/// <summary>Each floor uses only floors below it; the lowest uses nothing at all.</summary>
public sealed class FloorsTests
{
    // From the bottom up. What does not stand here (tests, benchmarks) is beside the floors and may use them all.
    private static readonly string[] Floors =
    [
        "model/Conformance.Model.csproj",
        "src/Reference/Conformance.Reference.csproj",
        "src/Exploration/Conformance.Exploration.csproj",
        "src/Suite/Conformance.Suite.csproj",
        "src/Adapters/Conformance.Adapters.csproj",
        "src/Cli/Conformance.Cli.csproj",
    ];

    private static readonly string Root = FindRoot();

    public static TheoryData<string> Projects() => [.. Directory
        .EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
        .Where(path => path.StartsWith("src/", StringComparison.Ordinal) || path.StartsWith("model/", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void AProject_IsAFloor_AndReferencesOnlyFloorsBelow(string project)
    {
        int floor = Array.IndexOf(Floors, project);
        Assert.True(floor >= 0, $"{project} is no floor of ARCHITECTURE.md");
        foreach (string reference in References(project))
        {
            int below = Array.IndexOf(Floors, reference);
            Assert.True(below >= 0 && below < floor, $"{project} references {reference}, which is not below it");
        }
    }

    [Fact]
    public void TheModel_ReferencesNothing() =>
        Assert.DoesNotContain(XDocument.Load(Path.Combine(Root, Floors[0])).Descendants(), element =>
            element.Name.LocalName is "PackageReference" or "ProjectReference" or "Reference" or "FrameworkReference");

    private static IEnumerable<string> References(string project) =>
        XDocument.Load(Path.Combine(Root, project)).Descendants("ProjectReference")
            .Select(element => Path.GetFullPath(Path.Combine(Root, Path.GetDirectoryName(project)!, (string)element.Attribute("Include")!)))
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'));

    private static string FindRoot([CallerFilePath] string own = "")
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(own)!);
        while (!File.Exists(Path.Combine(folder.FullName, "Conformance.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException($"no Conformance.sln above {own}");
        }

        return folder.FullName;
    }
}
