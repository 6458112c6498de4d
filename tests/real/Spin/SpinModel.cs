using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Conformance.Tests.Real.Spin;

/// <summary>What SPIN found in one search.</summary>
/// <param name="Stored">Distinct states.</param>
/// <param name="Transitions">Steps taken, the initial state counted as one.</param>
/// <param name="StateBytes">Bytes of a state.</param>
/// <param name="Seconds">Processor time of the search, in seconds; it includes starting the program.</param>
internal sealed record SpinResult(long Stored, long Transitions, int StateBytes, double Seconds);

/// <summary>The Promela model of the attach core, made into SPIN's verifier without any reduction.</summary>
internal sealed partial class SpinModel : IDisposable
{
    private static readonly string[] Programs = ["spin", "gcc"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private readonly string _directory = Directory.CreateTempSubdirectory("xenconf-spin-").FullName;

    /// <summary>Generates and compiles the verifier.</summary>
    /// <param name="defines">What is defined, such as <c>LATE</c> or <c>DEVICES=2</c>.</param>
    /// <exception cref="InvalidOperationException">SPIN or gcc refused.</exception>
    public SpinModel(params IEnumerable<string> defines)
    {
        using (Stream model = typeof(SpinModel).Assembly.GetManifestResourceStream("attach-core.pml")!)
        using (FileStream file = File.Create(Path.Combine(_directory, "attach-core.pml")))
        {
            model.CopyTo(file);
        }

        Run("spin", ["-a", .. defines.Select(define => $"-D{define}"), "attach-core.pml"]);
        Run("gcc", ["-O2", "-w", "-DSAFETY", "-DNOREDUCE", "-DNOFAIR", "-DMEMLIM=8192", "-o", "pan", "pan.c"]);
    }

    /// <summary>The programs that are needed and are not there; empty if all are.</summary>
    public static string Missing
    {
        get
        {
            string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
            string[] missing = [.. Programs.Where(name => !folders.Any(folder => File.Exists(Path.Combine(folder, name))))];
            return missing.Length == 0 ? "" : $"not installed: {string.Join(", ", missing)}; scripts/install-real-targets.sh installs them";
        }
    }

    /// <summary>Searches once.</summary>
    public SpinResult Search()
    {
        // Deeper than any of the models, and a table with room for all states.
        string output = Run("/bin/sh", ["-c", "./pan -m1000000 -w25 && times"]);
        if (!output.Contains("errors: 0", StringComparison.Ordinal) || output.Contains("Search not completed", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"expected SPIN to search everything without an error, got: {output}");
        }

        return new(
            long.Parse(Stored().Match(output).Groups[1].Value, CultureInfo.InvariantCulture),
            long.Parse(Transitions().Match(output).Groups[1].Value, CultureInfo.InvariantCulture),
            int.Parse(StateBytes().Match(output).Groups[1].Value, CultureInfo.InvariantCulture), Seconds(output));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string Run(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = _directory, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            throw new InvalidOperationException($"expected {Path.GetFileName(program)} to end within {Patience.TotalMinutes:0} minutes; it did not");
        }

        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"expected {Path.GetFileName(program)} to succeed, got exit status {process.ExitCode}: {output.Result}{errors.Result}");
        }

        return output.Result;
    }

    /// <summary>The processor time of the shell's children, which its <c>times</c> writes last: in user mode and in the system.</summary>
    private static double Seconds(string output)
    {
        Match times = Times().Match(output);
        double Of(int minutes) =>
            (60 * double.Parse(times.Groups[minutes].Value, CultureInfo.InvariantCulture)) + double.Parse(times.Groups[minutes + 1].Value, CultureInfo.InvariantCulture);
        return Of(1) + Of(3);
    }

    [GeneratedRegex(@"(\d+)m([\d.]+)s (\d+)m([\d.]+)s\s*$")]
    private static partial Regex Times();

    [GeneratedRegex(@"^\s*(\d+) states, stored", RegexOptions.Multiline)]
    private static partial Regex Stored();

    [GeneratedRegex(@"^\s*(\d+) transitions", RegexOptions.Multiline)]
    private static partial Regex Transitions();

    [GeneratedRegex(@"State-vector (\d+) byte")]
    private static partial Regex StateBytes();
}
