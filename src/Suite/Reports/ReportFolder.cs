using Conformance.Suite.Reports.Html;

namespace Conformance.Suite.Reports;

/// <summary>The files of one report in one folder.</summary>
public static class ReportFolder
{
    /// <summary>The JSON form's name.</summary>
    public const string Json = "report.json";

    /// <summary>The JUnit form's name.</summary>
    public const string JUnit = "junit.xml";

    /// <summary>The HTML form's name.</summary>
    public const string Html = "report.html";

    /// <summary>Writes all forms, creating the folder.</summary>
    /// <returns>The paths written.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static IReadOnlyList<string> Write(string folder, RunReport report)
    {
        Directory.CreateDirectory(folder);
        return
        [
            WriteFile(folder, Json, JsonReport.Write(report)),
            WriteFile(folder, JUnit, JUnitReport.Write(report)),
            WriteFile(folder, Html, HtmlReport.Write(report)),
        ];
    }

    private static string WriteFile(string folder, string name, string text)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
