using Conformance.Model.Protocol.Hvm;

namespace Conformance.Reference.Hypervisor;

/// <summary>
/// The platform device of an HVM domain, as far as drivers talk to it through I/O ports: it unplugs emulated devices
/// (HV-014).
/// </summary>
public sealed class PlatformDevice : IIoPorts
{
    private readonly Func<ushort, uint, bool> _isRefused;
    private readonly byte _version;
    private ushort _product;
    private bool _refused;

    /// <summary>Makes it.</summary>
    /// <param name="version">The protocol version; 0 asks the drivers for nothing.</param>
    /// <param name="isRefused">Whether drivers of that product and build must not load; null refuses none.</param>
    public PlatformDevice(byte version = 1, Func<ushort, uint, bool>? isRefused = null)
    {
        _version = version;
        _isRefused = isRefused ?? ((_, _) => false);
    }

    /// <summary>What was unplugged.</summary>
    public UnplugDevices Unplugged { get; private set; }

    /// <summary>Whether emulated disks are still there.</summary>
    public bool HasEmulatedDisks => !Unplugged.HasFlag(UnplugDevices.Disks);

    /// <inheritdoc/>
    public byte ReadByte(ushort port) => port == UnplugPorts.Version ? _version : byte.MaxValue;

    /// <inheritdoc/>
    public ushort ReadWord(ushort port) => port != UnplugPorts.Magic ? ushort.MaxValue
        : _refused ? UnplugPorts.RefusedValue
        : UnplugPorts.MagicValue;

    /// <inheritdoc/>
    public void WriteWord(ushort port, ushort value)
    {
        if (port == UnplugPorts.Version)
        {
            _product = value;
        }
        else if (port == UnplugPorts.Magic && !_refused)
        {
            Unplugged |= (UnplugDevices)value;
        }
    }

    /// <inheritdoc/>
    public void WriteDouble(ushort port, uint value)
    {
        if (port == UnplugPorts.Magic)
        {
            _refused = _isRefused(_product, value);
        }
    }
}
