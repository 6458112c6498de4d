using System.Globalization;
using Conformance.Model.Checking;

namespace Conformance.Cli.Output;

/// <summary>One line on a terminal's standard error that says how far the check of a model has come.</summary>
internal sealed class CheckProgressLine(CliServices services, string model) : IProgress<CheckProgress>, IDisposable
{
    private readonly StatusLine _line = new(services);

    /// <inheritdoc/>
    public void Report(CheckProgress value) => _line.Show(string.Create(
        CultureInfo.InvariantCulture, $"{model}  {value.Distinct:N0} states, {value.Generated:N0} generated, depth {value.Depth}, {value.Waiting:N0} waiting"));

    public void Clear() => _line.Clear();

    public void Dispose() => Clear();
}
