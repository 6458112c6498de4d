using Conformance.Model.Protocol.Hvm;

namespace Conformance.Reference.Hypervisor;

/// <summary>How unplugging emulated devices ended.</summary>
public enum UnplugOutcome
{
    /// <summary>The devices are gone.</summary>
    Unplugged,

    /// <summary>The platform does not offer it; emulated disks stay, and own ones of the same names must not be attached.</summary>
    NotOffered,

    /// <summary>The platform does not want these drivers.</summary>
    Refused,
}

/// <summary>The guest's side of unplugging, before its own disks attach (HV-014).</summary>
public static class UnplugDriver
{
    /// <summary>Unplugs.</summary>
    /// <param name="ports">The machine's ports.</param>
    /// <param name="devices">What.</param>
    /// <param name="product">The number of the drivers' product.</param>
    /// <param name="build">The drivers' build number.</param>
    public static UnplugOutcome Run(IIoPorts ports, UnplugDevices devices, ushort product, uint build)
    {
        ArgumentNullException.ThrowIfNull(ports);
        ushort magic = ports.ReadWord(UnplugPorts.Magic);
        if (magic != UnplugPorts.MagicValue)
        {
            return magic == UnplugPorts.RefusedValue ? UnplugOutcome.Refused : UnplugOutcome.NotOffered;
        }

        if (ports.ReadByte(UnplugPorts.Version) != 0)
        {
            ports.WriteWord(UnplugPorts.Version, product);
            ports.WriteDouble(UnplugPorts.Magic, build);
            if (ports.ReadWord(UnplugPorts.Magic) != UnplugPorts.MagicValue)
            {
                return UnplugOutcome.Refused;
            }
        }

        ports.WriteWord(UnplugPorts.Magic, (ushort)devices);
        return UnplugOutcome.Unplugged;
    }

    /// <summary>Whether an own disk may attach: not under an emulated disk's name while that one may still be there.</summary>
    /// <param name="outcome">How unplugging ended; null in a PV domain, which has no emulated devices.</param>
    /// <param name="hasOwnMajor">Whether the disk's name is one that no emulated disk has (xvd).</param>
    public static bool MayAttach(UnplugOutcome? outcome, bool hasOwnMajor) =>
        outcome is null or UnplugOutcome.Unplugged || (outcome == UnplugOutcome.NotOffered && hasOwnMajor);
}
