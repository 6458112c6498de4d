using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Hvm;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Platform.Cases.Hvm;

/// <summary>The parameters of an HVM domain, and what its drivers make of them.</summary>
public static class ParameterCases
{
    private const HvmParameter CallbackIrq = 0;
    private const HvmParameter StoreFrame = (HvmParameter)1;
    private const HvmParameter StorePort = (HvmParameter)2;

    private static readonly DomainOptions Hvm = new() { Flavour = DomainFlavour.Hvm };

    /// <summary>The store's frame is parameter 1, its port 2, the console's 17 and 18, the callback 0; others do not exist.</summary>
    [Case("HV-005")]
    public static Task ParametersHaveTheirNumbers(PlatformContext c)
    {
        var domain = c.CreateHypervisor().Create(Hvm);
        Expect(c, domain, StoreFrame, 0xFEFFC);
        Expect(c, domain, StorePort, domain.StorePort.Number);
        c.Expect("HV-005", domain.FindPage(0xFEFFC) == domain.StorePage, "the store's page at the frame told", "another");
        foreach (var (number, value) in (ReadOnlySpan<(int, ulong)>)[(1, 0x111), (2, 0x222), (17, 0x333), (18, 0x444)])
        {
            var parameter = (HvmParameter)number;
            c.Expect("HV-005", domain.Parameters.Set(parameter, value) == Errno.EPERM, $"parameter {number} not to be set by the guest", "set");
            c.Expect("HV-005", domain.Parameters.Set(parameter, value, byToolStack: true) == Errno.None, $"parameter {number} to be set by the tool stack", "not");
            Expect(c, domain, parameter, value);
        }

        c.Expect("HV-005", domain.Parameters.Set(CallbackIrq, 11) == Errno.None, "parameter 0, the callback, to be set by the guest", "not");
        c.Expect("HV-005", domain.Parameters.Callback.Value == 11, "the callback in parameter 0", $"{domain.Parameters.Callback.Value}");
        foreach (int number in (int[])[-1, 3000])
        {
            c.Expect("HV-005", domain.Parameters.Get((HvmParameter)number, out _) == Errno.EINVAL, $"no parameter {number}", "one");
        }

        return Task.CompletedTask;
    }

    /// <summary>A store's frame or port that is 0 or all ones is no store: the platform driver starts and has none.</summary>
    [Case("HV-006", Guards = "Z-139")]
    public static Task UnsetStoreIsNoStore(PlatformContext c)
    {
        foreach (var (frame, port, isThere) in (ReadOnlySpan<(ulong, ulong, bool)>)[
            (0xFEFFC, 1, true), (0, 1, false), (ulong.MaxValue, 1, false), (0xFEFFC, 0, false), (0xFEFFC, ulong.MaxValue, false), (0, 0, false), (ulong.MaxValue, ulong.MaxValue, false)])
        {
            var domain = c.CreateHypervisor().Create(Hvm);
            domain.Parameters.Set(StoreFrame, frame, byToolStack: true);
            domain.Parameters.Set(StorePort, port, byToolStack: true);
            var platform = Start(domain, new TableCpuid().With(0x4000_0000));
            c.Expect("HV-006", platform.Xen is not null, "a platform driver that starts with or without a store", "none");
            bool hasStore = platform.StoreFrame != 0 && platform.StorePort.IsValid;
            bool hasNone = platform.StoreFrame == 0 && !platform.StorePort.IsValid;
            c.Expect("HV-006", isThere ? hasStore : hasNone, $"{(isThere ? "a store" : "no store")} with frame {frame:x} and port {port:x}", $"frame {platform.StoreFrame:x}, port {platform.StorePort}");
        }

        return Task.CompletedTask;
    }

    /// <summary>The callback's kind is in bits 63:56; kinds 0 to 2 are taken, others refused, and line 0 turns upcalls off.</summary>
    [Case("HV-007")]
    public static Task CallbackKindIsInTheHighestByte(PlatformContext c)
    {
        var domain = c.CreateHypervisor().Create(Hvm);
        for (ulong kind = 0; kind < 256; kind++)
        {
            ulong value = (kind << 56) | 0x21;
            var error = domain.Parameters.Set(CallbackIrq, value);
            c.Expect("HV-007", error == (kind <= 2 ? Errno.None : Errno.EINVAL), kind <= 2 ? $"kind {kind} taken" : $"EINVAL for kind {kind}", error.ToString());
        }

        foreach (var (value, kind) in (ReadOnlySpan<(ulong, CallbackKind)>)[(0x21, CallbackKind.Gsi), (0x0100_0000_0000_0021, CallbackKind.PciIntx), (0x0200_0000_0000_0021, CallbackKind.Vector)])
        {
            domain.Parameters.Set(CallbackIrq, value);
            var callback = domain.Parameters.Callback;
            c.Expect("HV-007", callback.Kind == kind && callback.IsOn, $"{value:x} to be {kind}", $"{callback.Kind}");
        }

        c.Expect("HV-007", CallbackVia.OfVector(0xF3).Value == 0x0200_0000_0000_00F3 && CallbackVia.OfGsi(9).Value == 9, "vector f3 and line 9 in their places", $"{CallbackVia.OfVector(0xF3).Value:x}, {CallbackVia.OfGsi(9).Value:x}");
        c.Expect("HV-007", domain.Parameters.Set(CallbackIrq, 0) == Errno.None && !domain.Parameters.Callback.IsOn, "line 0 to turn upcalls off", "on");
        return Task.CompletedTask;
    }

    /// <summary>Upcalls of an HVM domain wait until it has a callback, are delivered then, and wait again when line 0 turns it off.</summary>
    [Case("HV-007", "EV-010")]
    public static Task UpcallsNeedTheCallback(PlatformContext c)
    {
        var hypervisor = c.CreateHypervisor();
        var domain = hypervisor.Create(Hvm);
        var port = domain.AllocatePort(DomainId.Zero);
        int called = 0;
        port.Upcall = () => called++;
        hypervisor.Bind(hypervisor.Find(DomainId.Zero)!, domain.Id, port.Number)!.Send();
        c.Expect("HV-007", called == 0 && port.IsPending, "an event that is pending and not delivered without a callback", $"{called} upcalls, {(port.IsPending ? "pending" : "not pending")}");
        foreach (ulong value in (ulong[])[0x21, 0x0100_0000_0000_0800, 0x0200_0000_0000_00F3])
        {
            int before = called;
            domain.Parameters.Set(CallbackIrq, value);
            port.TryConsume();
            port.Peer!.Send();
            c.Expect("HV-007", called > before, $"upcalls by the callback {value:x}", "none");
            domain.Parameters.Set(CallbackIrq, 0);
            port.TryConsume();
            before = called;
            port.Peer!.Send();
            c.Expect("HV-007", called == before && port.IsPending, "no upcall after line 0", $"{called - before}");
        }

        int waited = called;
        domain.Parameters.Set(CallbackIrq, 0x21);
        c.Expect("HV-007", called == waited + 1, "what waited for a callback delivered with it", $"{called - waited} upcalls");
        return Task.CompletedTask;
    }

    /// <summary>A PCI pin is domain, bus, device with function, and line, each in its bits.</summary>
    [Case("HV-008")]
    public static Task PciPinHasItsBits(PlatformContext c)
    {
        ulong value = CallbackVia.OfPciIntx(0xABCD, 0x1234, 0x57, 3).Value;
        c.Expect("HV-008", value == 0x0100_ABCD_1234_5703, "100abcd12345703", $"{value:x}");
        var callback = new CallbackVia(0x0100_0102_0304_0502);
        bool isRight = callback is { Kind: CallbackKind.PciIntx, PciDomain: 0x0102, PciBus: 0x0304, PciDevice: 0x05, PciPin: 2 };
        c.Expect("HV-008", isRight, "domain 102, bus 304, device 5, line 2", $"{callback.PciDomain:x}, {callback.PciBus:x}, {callback.PciDevice:x}, {callback.PciPin}");
        return Task.CompletedTask;
    }

    /// <summary>After a move hypercall page, callback and store are set up again, all of it while upcalls are still off.</summary>
    [Case("HV-013", "EV-021")]
    public static Task ResumeSetsUpBeforeInterruptsAreOn(PlatformContext c)
    {
        var hypervisor = c.CreateHypervisor();
        var domain = hypervisor.Create(Hvm with { VirtualCpus = 2 });
        var cpuid = new TableCpuid().With(0x4000_0100);
        var writes = new List<(uint Register, ulong Value, bool IsOn)>();
        var callback = CallbackVia.OfVector(0x93);
        var platform = new HvmPlatform(domain, cpuid, (register, value) => writes.Add((register, value, AreUpcallsOn(domain))), callback);
        c.Expect("HV-013", platform.Start() && AreUpcallsOn(domain), "upcalls on after the start", "off");
        for (int move = 0; move < 2; move++)
        {
            platform.Suspend();
            c.Expect("HV-013", !AreUpcallsOn(domain), "upcalls off for the suspension", "on");
            hypervisor.Shutdown(domain, ShutdownReason.Suspend);
            hypervisor.Restore(domain);
            cpuid.Asked.Clear();
            writes.Clear();
            c.Expect("HV-013", platform.Start(), "the platform driver to start again", "not");
            ulong page = platform.HypercallPage.Frame * 4096;
            c.Expect("HV-013", writes is [{ Register: 0x4000_0100, IsOn: false } only] && only.Value == page, "the hypercall page told once, with upcalls off", string.Join(' ', writes));
            c.Expect("HV-013", domain.Parameters.Callback == callback, "the callback set again", $"{domain.Parameters.Callback.Value:x}");
            c.Expect("HV-013", platform.StorePort.Value == domain.StorePort.Number && platform.StoreFrame == 0xFEFFC, "the store's new port", $"{platform.StorePort}");
            c.Expect("HV-013", AreUpcallsOn(domain), "upcalls on at the end", "off");
        }

        platform.Suspend();
        var elsewhere = new HvmPlatform(domain, new TableCpuid(), (_, _) => { }, callback);
        c.Expect("HV-013", !elsewhere.Start() && !AreUpcallsOn(domain), "upcalls to stay off where there is no Xen", "on");
        return Task.CompletedTask;
    }

    private static HvmPlatform Start(Domain domain, TableCpuid cpuid)
    {
        var platform = new HvmPlatform(domain, cpuid, (_, _) => { }, CallbackVia.OfVector(0xF3));
        platform.Start();
        return platform;
    }

    private static bool AreUpcallsOn(Domain domain) => domain.Events.Cpus.All(cpu => !cpu.IsUpcallMasked);

    private static void Expect(PlatformContext c, Domain domain, HvmParameter parameter, ulong expected)
    {
        var error = domain.Parameters.Get(parameter, out ulong value);
        c.Expect("HV-005", error == Errno.None && value == expected, $"{expected:x} in parameter {(int)parameter}", $"{error}, {value:x}");
    }
}
