using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;
using Conformance.Model.Protocol.Hvm;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;
using Conformance.Suite.Platform.Cases.Grants;

namespace Conformance.Suite.Platform.Cases.Hvm;

/// <summary>What is particular to drivers in an HVM domain: interrupts, mappings, emulated disks, addresses.</summary>
public static class PlatformCases
{
    private static readonly DomainOptions Hvm = new() { Flavour = DomainFlavour.Hvm };

    /// <summary>A back in an HVM domain binds to an interrupt handler with the same outcome, step by step, as one in a PV domain.</summary>
    [Case("HV-009", "EV-003", "EV-004")]
    public static Task BindToAHandlerIsAlikeInBothKindsOfDomain(PlatformContext c)
    {
        string paravirtual = Tell(c, new DomainOptions());
        string hvm = Tell(c, Hvm);
        c.Expect("HV-009", paravirtual == "None 1, sent 2, EINVAL -1, EINVAL -1, ESRCH -1, taken 1, True, Unbound, taken 0", "a bind that works and three that do not", paravirtual);
        c.Expect("HV-009", hvm == paravirtual, paravirtual, hvm);
        return Task.CompletedTask;
    }

    /// <summary>However often binding fails, the one slot there is stays free for the bind that works.</summary>
    [Case("HV-010", "EV-026")]
    public static Task FailedBindGivesItsSlotBack(PlatformContext c)
    {
        var hypervisor = c.CreateHypervisor();
        var domain = hypervisor.Create(Hvm);
        var peer = hypervisor.Create();
        var slots = new InterruptSlots(domain, slots: 1);
        var port = peer.AllocatePort(domain.Id);
        int ports = domain.Events.Count;
        for (int i = 0; i < 5; i++)
        {
            var error = slots.Bind(peer.Id, new PortNumber(port.Number + 7), () => { }, out int none);
            c.Expect("HV-010", error == Errno.EINVAL && none < 0 && slots.Taken == 0, "no slot taken by a bind that failed", $"{error}, {slots.Taken}");
            c.Expect("EV-026", domain.Events.Count == ports, "no port taken by a bind that failed", $"{domain.Events.Count - ports}");
        }

        c.Expect("HV-010", slots.Bind(peer.Id, new PortNumber(port.Number), () => { }, out int slot) == Errno.None && slots.Taken == 1, "the slot for a bind that works", "none");
        var second = peer.AllocatePort(domain.Id);
        c.Expect("HV-010", slots.Bind(peer.Id, new PortNumber(second.Number), () => { }, out _) == Errno.ENOSPC && second.State == Model.Protocol.Events.PortState.Unbound, "ENOSPC without a slot, and the peer's port unbound", "another");
        c.Expect("HV-010", slots.Unbind(slot) && !slots.Unbind(slot) && slots.Taken == 0, "a slot to be freed once", "not");
        return Task.CompletedTask;
    }

    /// <summary>The flag is cleared before the selectors are looked at and a selector before its ports: what comes meanwhile interrupts again.</summary>
    [Case("HV-011", "EV-012", Guards = "Z-097")]
    public static Task NothingThatComesDuringTheScanIsLost(PlatformContext c)
    {
        var hypervisor = c.CreateHypervisor();
        var domain = hypervisor.Create(Hvm);
        SetCallback(domain);
        var peer = hypervisor.Create();
        var senders = new List<EventPort>();
        var handled = new Dictionary<uint, int>();
        for (int i = 0; i < 150; i++)
        {
            var port = domain.AllocatePort(peer.Id);
            senders.Add(hypervisor.Bind(peer, domain.Id, port.Number)!);
            handled[port.Number] = 0;
        }

        int sent = 0;
        void Send()
        {
            var sender = senders[c.Random.Next(senders.Count)];
            if (!sender.Peer!.IsPending)
            {
                sender.Send();
                sent++;
            }
        }

        domain.Events.SetUpcall(0, cpu =>
        {
            domain.Events.DisableUpcalls(0);
            while (domain.Events.TakeNext(cpu, out uint number))
            {
                c.Expect("HV-011", !cpu.IsUpcallPending || cpu.Selector != 0, "the flag cleared before the selectors are looked at", "set");
                handled[number] += domain.Events.Find(number)!.TryConsume() ? 1 : 0;
                if (sent < 2000)
                {
                    Send();
                    Send();
                }
            }

            domain.Events.EnableUpcalls(0);
        });
        for (int i = 0; i < 20; i++)
        {
            Send();
        }

        c.Expect("HV-011", handled.Values.Sum() == sent && sent > 1000, $"{sent} signals handled", $"{handled.Values.Sum()}");
        c.Expect("HV-011", senders.TrueForAll(sender => !sender.Peer!.IsPending), "no port left pending", "one");
        return Task.CompletedTask;
    }

    /// <summary>A signal to a port of the very word that is being looked at, sent while it is, is handled too.</summary>
    [Case("HV-011", Guards = "Z-097")]
    public static Task SignalIntoTheWordUnderScanIsHandled(PlatformContext c)
    {
        var hypervisor = c.CreateHypervisor();
        var domain = hypervisor.Create(Hvm);
        SetCallback(domain);
        var peer = hypervisor.Create();
        EventPort[] ports = [domain.AllocatePort(peer.Id), domain.AllocatePort(peer.Id)];
        EventPort[] senders = [.. ports.Select(port => hypervisor.Bind(peer, domain.Id, port.Number)!)];
        var handled = new List<uint>();
        domain.Events.SetUpcall(0, cpu =>
        {
            domain.Events.DisableUpcalls(0);
            while (domain.Events.TakeNext(cpu, out uint number))
            {
                domain.Events.Find(number)!.TryConsume();
                handled.Add(number);
                if (handled.Count < 6)
                {
                    senders[handled.Count % 2].Send();
                }
            }

            domain.Events.EnableUpcalls(0);
        });
        senders[0].Send();
        uint[] expected = [.. Enumerable.Range(0, 6).Select(i => ports[i % 2].Number)];
        c.Expect("HV-011", handled.SequenceEqual(expected), $"ports {string.Join(' ', expected)} handled, each signal while the one before is", string.Join(' ', handled));
        return Task.CompletedTask;
    }

    /// <summary>An HVM domain maps for its processors alone: device mappings and page table entries are refused and leave no mark.</summary>
    [Case("HV-012", "GT-024")]
    public static Task HvmMapsForProcessorsAlone(PlatformContext c)
    {
        var scene = new GrantScene(c, user: Hvm);
        var reference = scene.Grant(8, scene.Page(4));
        foreach (var flags in (GrantMapFlags[])[
            GrantMapFlags.Device, GrantMapFlags.Device | GrantMapFlags.Host, GrantMapFlags.ContainsPte | GrantMapFlags.Host,
            GrantMapFlags.Device | GrantMapFlags.ReadOnly, GrantMapFlags.ContainsPte | GrantMapFlags.Host | GrantMapFlags.ReadOnly])
        {
            var map = scene.Map(reference, flags);
            c.Expect("HV-012", (short)map.Status < 0, $"no map with {flags} in an HVM domain", map.Status.ToString());
            c.Expect("HV-012", scene.InUse(reference) == 0 && scene.User.Grants.MappingCount == 0, "no mark after a refusal", $"{scene.InUse(reference):x}");
        }

        var good = scene.ExpectMapped("HV-012", reference);
        c.Expect("HV-012", good.Address.Peek(0) == 4, "the page for processors", "another");
        return Task.CompletedTask;
    }

    /// <summary>Disks are unplugged by writing bit 0 to port 10 after the magic 49d2 was read there, and product and build told.</summary>
    [Case("HV-014")]
    public static Task DisksAreUnpluggedByTheProtocol(PlatformContext c)
    {
        var device = new PlatformDevice();
        var ports = new RecordedPorts(device);
        var outcome = UnplugDriver.Run(ports, UnplugDevices.Disks, product: 3, build: 0x2A);
        c.Expect("HV-014", outcome == UnplugOutcome.Unplugged && !device.HasEmulatedDisks, "the emulated disks gone", $"{outcome}");
        string traffic = string.Join(", ", ports.Traffic);
        c.Expect("HV-014", traffic == "inw 10, inb 12, outw 12 3, outl 10 2a, inw 10, outw 10 1", "magic, version, product, build, magic, and bit 0", traffic);
        c.Expect("HV-014", device.Unplugged == UnplugDevices.Disks, "disks alone unplugged", $"{device.Unplugged}");
        return Task.CompletedTask;
    }

    /// <summary>Without the magic, or for drivers that are refused, nothing is written that unplugs, and disks of emulated names stay away.</summary>
    [Case("HV-014")]
    public static Task DisksThatCannotBeUnpluggedKeepTheirNames(PlatformContext c)
    {
        var nothing = new RecordedPorts(null);
        var outcome = UnplugDriver.Run(nothing, UnplugDevices.Disks, 3, 1);
        c.Expect("HV-014", outcome == UnplugOutcome.NotOffered && nothing.Traffic.TrueForAll(step => !step.StartsWith("out", StringComparison.Ordinal)), "no write where nobody answers", string.Join(", ", nothing.Traffic));
        var device = new PlatformDevice(version: 1, (product, build) => product == 3 && build < 5);
        var refused = UnplugDriver.Run(device, UnplugDevices.Disks, 3, 4);
        c.Expect("HV-014", refused == UnplugOutcome.Refused && device.HasEmulatedDisks, "a refusal for build 4 that leaves the disks", $"{refused}");
        foreach (var (ended, ownMajor, may) in (ReadOnlySpan<(UnplugOutcome?, bool, bool)>)[
            (null, true, true), (null, false, true), (UnplugOutcome.Unplugged, true, true), (UnplugOutcome.Unplugged, false, true),
            (UnplugOutcome.NotOffered, true, true), (UnplugOutcome.NotOffered, false, false), (UnplugOutcome.Refused, false, false)])
        {
            bool came = UnplugDriver.MayAttach(ended, ownMajor);
            c.Expect("HV-014", came == may, $"a disk {(ownMajor ? "xvd" : "of an emulated name")} to {(may ? "attach" : "stay away")} after {ended?.ToString() ?? "a PV boot"}", $"{came}");
        }

        return Task.CompletedTask;
    }

    /// <summary>Addresses for mappings are taken from a limited range, whole runs or nothing, and all come back.</summary>
    [Case("HV-015")]
    public static Task AddressesComeBackToTheirRange(PlatformContext c)
    {
        var domain = c.CreateHypervisor().Create(Hvm with { MappingPages = 8 });
        var space = domain.Mappings;
        for (int round = 0; round < 3; round++)
        {
            var run = new MappedPage[5];
            c.Expect("HV-015", space.TryReserve(run) && space.Reserved == 5, "five pages of eight", $"{space.Reserved}");
            c.Expect("HV-015", Enumerable.Range(1, 4).All(i => run[i].Address == run[i - 1].Address + 4096), "pages that follow one another", "others");
            c.Expect("HV-015", !space.TryReserve(new MappedPage[4]) && space.Reserved == 5, "nothing of a run that does not fit", $"{space.Reserved}");
            MappedPage?[] singles = [space.TryReserve(), space.TryReserve(), space.TryReserve(), space.TryReserve()];
            c.Expect("HV-015", singles[2] is not null && singles[3] is null, "three single pages and no fourth", "another number");
            foreach (var page in run.Concat(singles))
            {
                if (page is not null)
                {
                    space.Release(page);
                }
            }

            c.Expect("HV-015", space.Reserved == 0, "all released", $"{space.Reserved}");
        }

        return Task.CompletedTask;
    }

    /// <summary>What a kernel does before it expects events; a PV domain has no such parameter, and needs none.</summary>
    private static void SetCallback(Domain domain) => domain.Parameters.Set(HvmParameter.CallbackIrq, CallbackVia.OfVector(0xF3).Value);

    private static string Tell(PlatformContext c, DomainOptions options)
    {
        var hypervisor = c.CreateHypervisor();
        var back = hypervisor.Create(options);
        SetCallback(back);
        var front = hypervisor.Create();
        var other = hypervisor.Create();
        var slots = new InterruptSlots(back, 2);
        var port = front.AllocatePort(back.Id);
        int calls = 0;
        var error = slots.Bind(front.Id, new PortNumber(port.Number), () => calls++, out int slot);
        string story = $"{error} {calls}";
        slots.PortOf(slot)?.TryConsume();
        port.Send();
        story += $", sent {calls}";
        foreach (var (domain, number) in (ReadOnlySpan<(DomainId, uint)>)[(front.Id, port.Number), (front.Id, front.AllocatePort(other.Id).Number), (new DomainId(999), 1)])
        {
            story += $", {slots.Bind(domain, new PortNumber(number), () => calls++, out int none)} {none}";
        }

        story += $", taken {slots.Taken}, {slots.Unbind(slot)}, {port.State}";
        return $"{story}, taken {slots.Taken}";
    }
}
