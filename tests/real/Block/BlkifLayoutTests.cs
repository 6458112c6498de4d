using System.Diagnostics;
using Conformance.Adapters.SoftwareXen;

namespace Conformance.Tests.Real.Block;

/// <summary>
/// The table that the codecs are tested against is what the compiler makes of the packaged headers. The 32-bit layout
/// is the compiler's own for that width: nothing is linked or run, so no 32-bit library is needed.
/// </summary>
public sealed class BlkifLayoutTests
{
    private const string Header = "/usr/include/xen/io/blkif.h";
    private const string Installer = "run scripts/install-real-targets.sh";

    [SkippableTheory]
    [Trait("Clause", "BI-001")]
    [Trait("Clause", "BI-002")]
    [Trait("Clause", "BI-003")]
    [Trait("Clause", "BI-004")]
    [Trait("Clause", "BI-005")]
    [Trait("Clause", "BI-006")]
    [Trait("Clause", "BI-007")]
    [Trait("Clause", "BI-010")]
    [Trait("Clause", "BI-011")]
    [Trait("Clause", "RG-001")]
    [Trait("Clause", "RG-003")]
    [InlineData("x86_64", "-m64")]
    [InlineData("x86_32", "-m32")]
    public async Task Table_IsWhatTheCompilerSays(string abi, string width)
    {
        string? compiler = PreloadLibrary.FindCompiler();
        Skip.If(compiler is null, $"gcc is not on PATH: {Installer}");
        Skip.IfNot(File.Exists(Header), $"there is no {Header}: {Installer}");

        (string assembly, string errors, int exit) = await CompileAsync(compiler!, width);
        Skip.If(exit != 0 && errors.Contains(width, StringComparison.Ordinal), $"gcc has no {width} on this machine: {errors}");
        Assert.True(exit == 0, errors);

        string[] said = [.. assembly.Split('\n').Where(line => line.StartsWith("@ ", StringComparison.Ordinal)).Select(line => $"{abi} {line[2..].Trim()}")];
        string[] table = [.. (await ReadAsync("blkif-layout.txt")).Split('\n').Where(line => line.StartsWith(abi, StringComparison.Ordinal))];
        Assert.NotEmpty(table);
        Assert.Equal(table, said);
    }

    private static async Task<(string Output, string Errors, int Exit)> CompileAsync(string compiler, string width)
    {
        ProcessStartInfo start = new(compiler, [width, "-ffreestanding", "-S", "-x", "c", "-o", "-", "-"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(await ReadAsync("blkif-layout.c"));
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return (await output, await errors, process.ExitCode);
    }

    private static async Task<string> ReadAsync(string resource)
    {
        await using var stream = typeof(BlkifLayoutTests).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"expected {resource} among the resources of the tests");
        using StreamReader reader = new(stream);
        return await reader.ReadToEndAsync();
    }
}
