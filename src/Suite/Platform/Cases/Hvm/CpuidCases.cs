using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Platform.Cases.Hvm;

/// <summary>How a guest finds Xen on its processor.</summary>
public static class CpuidCases
{
    /// <summary>Xen is found at every base where it may be, and at no other.</summary>
    [Case("HV-001")]
    public static Task XenIsFoundAtEveryBase(PlatformContext c)
    {
        for (uint start = 0x4000_0000; start < 0x4001_0000; start += 0x100)
        {
            var xen = XenCpuid.Find(new TableCpuid().With(start));
            c.Expect("HV-001", xen?.BaseLeaf == start, $"Xen at {start:x}", xen is null ? "none" : $"{xen.BaseLeaf:x}");
        }

        foreach (uint start in (uint[])[0x3FFF_FF00, 0x4001_0000, 0x4000_0080, 0x4000_0001, 0, 0x8000_0000])
        {
            c.Expect("HV-001", XenCpuid.Find(new TableCpuid().With(start)) is null, $"no Xen at {start:x}, where it cannot begin", "one");
        }

        return Task.CompletedTask;
    }

    /// <summary>The whole signature and two further leaves make it Xen; less does not.</summary>
    [Case("HV-001")]
    public static Task SignatureAndTwoLeavesMakeXen(PlatformContext c)
    {
        foreach (string other in (string[])["XenVMMXenVMX", "XenVMMXeXVMM", "XeXVMMXenVMM", "Microsoft Hv", "KVMKVMKVM\0\0\0"])
        {
            c.Expect("HV-001", XenCpuid.Find(new TableCpuid().With(0x4000_0000, signature: other)) is null, $"no Xen with the signature {other.TrimEnd('\0')}", "one");
        }

        foreach (var (further, isXen) in (ReadOnlySpan<(uint, bool)>)[(0, false), (1, false), (2, true), (3, true), (0x4000_0000, true)])
        {
            bool found = XenCpuid.Find(new TableCpuid().With(0x4000_0100, further)) is not null;
            c.Expect("HV-001", found == isXen, $"{(isXen ? "Xen" : "no Xen")} with {further} further leaves", found ? "one" : "none");
        }

        // A highest leaf below the base has no further leaves, whatever a difference without sign says.
        c.Expect("HV-001", XenCpuid.Find(new TableCpuid().With(0x4000_0100, unchecked((uint)-1))) is null, "no Xen with its last leaf below its first", "one");
        return Task.CompletedTask;
    }

    /// <summary>Xen is found behind other interfaces, and its own leaves are read, not theirs.</summary>
    [Case("HV-002", "HV-003", "HV-004")]
    public static Task XenIsFoundBehindAnotherInterface(PlatformContext c)
    {
        foreach (uint start in (uint[])[0x4000_0100, 0x4000_0200, 0x4000_FF00])
        {
            var cpuid = new TableCpuid().With(0x4000_0000, signature: "Microsoft Hv").With(start);
            var xen = XenCpuid.Find(cpuid);
            c.Expect("HV-002", xen is not null, $"Xen at {start:x} behind another interface", "none");
            c.Expect("HV-002", xen.BaseLeaf == start, $"Xen at {start:x} behind another interface", $"{xen.BaseLeaf:x}");
            c.Expect("HV-004", xen.HypercallMsr == 0x4000_0000 + (start & 0xFFFF), "the register that the leaf behind the signature tells", $"{xen.HypercallMsr:x}");
            cpuid.Asked.Clear();
            c.Expect("HV-004", xen.Read(3).Eax == start * 3 && cpuid.Asked.SequenceEqual([start + 3]), $"leaf {start + 3:x} read for the third further leaf", string.Join(' ', cpuid.Asked.Select(leaf => $"{leaf:x}")));
        }

        return Task.CompletedTask;
    }

    /// <summary>Version and hypercall page are where Xen says.</summary>
    [Case("HV-003")]
    public static Task VersionAndHypercallPageAreRead(PlatformContext c)
    {
        var xen = XenCpuid.Find(new TableCpuid().With(0x4000_0000));
        c.Expect("HV-003", xen is not null, "Xen", "none");
        c.Expect("HV-003", xen.Major == 4 && xen.Minor == 0x11, "version 4.17 from 00040011", $"{xen.Major}.{xen.Minor}");
        c.Expect("HV-003", xen.HypercallPages == 1 && xen.HypercallMsr == 0x4000_0000, "one page and register 40000000", $"{xen.HypercallPages}, {xen.HypercallMsr:x}");
        return Task.CompletedTask;
    }
}
