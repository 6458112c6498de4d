namespace Conformance.Reference.Hypervisor;

/// <summary>The I/O ports of a virtual machine. A port that nobody answers reads all ones.</summary>
public interface IIoPorts
{
    /// <summary>Reads one byte.</summary>
    byte ReadByte(ushort port);

    /// <summary>Reads two bytes.</summary>
    ushort ReadWord(ushort port);

    /// <summary>Writes two bytes.</summary>
    void WriteWord(ushort port, ushort value);

    /// <summary>Writes four bytes.</summary>
    void WriteDouble(ushort port, uint value);
}
