using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Conformance.Benchmarks.Explore;

/// <summary>The P checker (the .NET tool <c>p</c>) on an attach written in its language, <c>P/Attach.p</c>, by random walk.</summary>
internal static partial class PChecker
{
    private const string Tool = "p@3.1.0";
    private const string Program = "Attach.p";

    /// <summary>Runs and steps of the checker, and the time they took without start-up; null with the reason when the tool is not there.</summary>
    /// <param name="seconds">About how long to measure.</param>
    /// <param name="whyNot">What is missing.</param>
    internal static (long Runs, long Steps, TimeSpan Time)? Measure(int seconds, out string? whyNot)
    {
        var folder = Directory.CreateTempSubdirectory("conformance-p-");
        try
        {
            File.Copy(Path.Combine(AppContext.BaseDirectory, "P", Program), Path.Combine(folder.FullName, Program));
            Start(folder, "compile", "-pf", Program, "-o", "out");
            string assembly = Directory.GetFiles(folder.FullName, "generatedOutput.dll", SearchOption.AllDirectories).First(path => !path.Contains("obj", StringComparison.Ordinal));

            // What starting takes is the same for few runs and for many.
            const int Few = 100;
            var start = Check(folder, assembly, Few);
            var probe = Check(folder, assembly, 5 * Few);
            double each = (probe.Time - start.Time).TotalSeconds / (4 * Few);
            int runs = Few + Math.Max(4 * Few, (int)(seconds / Math.Max(each, 1e-5)));
            var all = Check(folder, assembly, runs);
            whyNot = null;
            return (all.Runs - start.Runs, (all.Runs - start.Runs) * all.StepsEach, all.Time - start.Time);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
        {
            whyNot = exception.Message;
            return null;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static (long Runs, long StepsEach, TimeSpan Time) Check(DirectoryInfo folder, string assembly, int runs)
    {
        string text = Start(folder, "check", assembly, "-s", runs.ToString(CultureInfo.InvariantCulture), "--seed", "1");
        return (
            Number(RunsPattern, text),
            Number(StepsPattern, text),
            TimeSpan.FromSeconds(double.Parse(Found(TimePattern, text), CultureInfo.InvariantCulture)));
    }

    private static string Start(DirectoryInfo folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["tool", "exec", Tool, "--allow-roll-forward", "--yes", "--", .. arguments])
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // The checker's own runtime is an older one.
        start.Environment["DOTNET_ROLL_FORWARD"] = "Major";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? text
            : throw new InvalidOperationException($"expected '{Tool} {arguments[0]}' to succeed, got exit code {process.ExitCode}: {(errors.Result + text).ReplaceLineEndings(" ").Trim()}");
    }

    private static long Number(Regex pattern, string text) => long.Parse(Found(pattern, text), CultureInfo.InvariantCulture);

    private static string Found(Regex pattern, string text) =>
        pattern.Match(text) is { Success: true } match
            ? match.Groups[1].Value
            : throw new InvalidOperationException($"expected '{pattern}' in what {Tool} printed, got: {text.ReplaceLineEndings(" ")}");

    [GeneratedRegex(@"Explored (\d+) schedule")]
    private static partial Regex RunsPattern { get; }

    [GeneratedRegex(@"terminating schedules: \d+ \(min\), (\d+) \(avg\)")]
    private static partial Regex StepsPattern { get; }

    [GeneratedRegex(@"Elapsed ([\d.]+) sec")]
    private static partial Regex TimePattern { get; }
}
