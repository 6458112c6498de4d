using System.Globalization;
using Conformance.Reference.Hypervisor;

namespace Conformance.Suite.Platform.Cases.Hvm;

/// <summary>I/O ports whose traffic is remembered, in front of a device or of nothing.</summary>
internal sealed class RecordedPorts(IIoPorts? device) : IIoPorts
{
    /// <summary>What was read and written, such as <c>in 10</c> and <c>out 10 1</c>, in hexadecimal.</summary>
    public List<string> Traffic { get; } = [];

    /// <inheritdoc/>
    public byte ReadByte(ushort port)
    {
        Note($"inb {port:x}");
        return device?.ReadByte(port) ?? byte.MaxValue;
    }

    /// <inheritdoc/>
    public ushort ReadWord(ushort port)
    {
        Note($"inw {port:x}");
        return device?.ReadWord(port) ?? ushort.MaxValue;
    }

    /// <inheritdoc/>
    public void WriteWord(ushort port, ushort value)
    {
        Note($"outw {port:x} {value:x}");
        device?.WriteWord(port, value);
    }

    /// <inheritdoc/>
    public void WriteDouble(ushort port, uint value)
    {
        Note($"outl {port:x} {value:x}");
        device?.WriteDouble(port, value);
    }

    private void Note(FormattableString what) => Traffic.Add(what.ToString(CultureInfo.InvariantCulture));
}
