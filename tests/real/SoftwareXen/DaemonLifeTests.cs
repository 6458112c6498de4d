using System.Text;
using Conformance.Adapters.SoftwareXen;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Tests.Real.SoftwareXen;

/// <summary>Starting, dying and cleaning up.</summary>
public sealed class DaemonLifeTests
{
    public static TheoryData<string> Daemons => RealStore.Daemons;

    [SkippableTheory]
    [MemberData(nameof(Daemons))]
    public async Task KilledDaemon_IsNoticed_AsSoonAsItsStreamEnds(string daemon)
    {
        await using var store = await RealStore.StartAsync(daemon);
        var session = await store.Context.ConnectAsync();
        await session.RoundTripAsync();

        store.World.Daemon.Kill();

        Assert.True(await session.IsClosedByStoreAsync());
        Assert.Contains("signal 9", store.World.Death, StringComparison.Ordinal);
        await Assert.ThrowsAsync<IOException>(() => store.World.ConnectAsync(default).AsTask());
    }

    [SkippableTheory]
    [MemberData(nameof(Daemons))]
    public async Task World_Disposed_LeavesNothingBehind(string daemon)
    {
        string folder;
        int process;
        await using (var store = await RealStore.StartAsync(daemon))
        {
            await store.Context.CreateGuestAsync();
            folder = Root(store);
            process = store.World.Daemon.ProcessId;
            Assert.True(Directory.Exists($"/proc/{process}"));
        }

        Assert.False(Directory.Exists(folder));
        Assert.False(Directory.Exists($"/proc/{process}"));
    }

    [SkippableTheory]
    [MemberData(nameof(Daemons))]
    public async Task Daemon_WhoseHypervisorEnds_EndsAndRemovesTheDirectory(string daemon)
    {
        await using var store = await RealStore.StartAsync(daemon);
        string folder = Root(store);

        await store.World.Hypervisor.DisposeAsync();

        await RealStore.Within(store.World.Daemon.Ended);
        Assert.False(Directory.Exists(folder));
    }

    [SkippableTheory]
    [MemberData(nameof(Daemons))]
    public async Task Evidence_OfRunningDaemon_HasWhatItSaid(string daemon)
    {
        await using var store = await RealStore.StartAsync(daemon);
        await (await store.Context.ConnectAsync()).RoundTripAsync();
        store.World.Daemon.Kill();
        await RealStore.Within(store.World.Daemon.Ended);

        Assert.Contains(daemon == "xenstored" ? "Checking store" : "Xen Storage Daemon", store.World.Daemon.Evidence(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task OXenStored_WithSettings_UsesThem()
    {
        var found = SoftwareXenRequirements.Check("oxenstored");
        Skip.IfNot(found.IsMet, string.Join(' ', found.Missing));
        var raised = new Dictionary<string, string> { ["quota-maxsize"] = "4096" };
        await using var world = await SoftwareXenWorld.StartAsync(
            directory => new OXenStoredProcess(directory, found.ProgramPath!, raised), CancellationToken.None);
        await using var stock = await RealStore.StartAsync("oxenstored");
        byte[] value = Encoding.ASCII.GetBytes(new string('v', 3000));

        Assert.True((await WriteAsync(stock.World, value)).IsError);
        Assert.False((await WriteAsync(world, value)).IsError);
    }

    [SkippableFact]
    public async Task Start_OfProgramThatEndsAtOnce_SaysHow()
    {
        Skip.IfNot(SoftwareXenRequirements.Check("xenstored").Missing.All(m => !m.What.StartsWith("gcc", StringComparison.Ordinal)), "no preload library");

        var failure = await Assert.ThrowsAsync<IOException>(() =>
            SoftwareXenWorld.StartAsync(directory => new XenStoredProcess(directory, "/bin/false"), CancellationToken.None));

        Assert.Contains("exit status 1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Requirements_WithoutTheDaemon_NameTheRemedy()
    {
        string empty = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var found = SoftwareXenRequirements.Check("xenstored", empty);

            Assert.False(found.IsMet);
            Assert.Contains(found.Missing, missing => missing.What.Contains("none is installed", StringComparison.Ordinal) || !OperatingSystem.IsLinux());
        }
        finally
        {
            Directory.Delete(empty, recursive: true);
        }
    }

    [SkippableFact]
    public async Task DirectoryOfKilledRun_IsSweptByTheNextProcess()
    {
        Skip.IfNot(Directory.Exists("/dev/shm"), "no /dev/shm");
        string left = Directory.CreateDirectory("/dev/shm/xenconf-left" + Environment.ProcessId).FullName;
        await File.WriteAllTextAsync(Path.Combine(left, "lock"), "");
        using var kept = new InstanceDirectory();

        InstanceDirectory.Sweep();

        Assert.False(Directory.Exists(left));
        Assert.True(Directory.Exists(kept.Path));
    }

    private static string Root(RealStore store) => store.World.Daemon.SocketPath[..store.World.Daemon.SocketPath.IndexOf("/var/", StringComparison.Ordinal)];

    private static async Task<StoreMessage> WriteAsync(SoftwareXenWorld world, byte[] value)
    {
        await using var session = new StoreSession(
            "dom0", await world.ConnectAsync(default), new Suite.Evidence.WireLog(), TimeSpan.FromSeconds(30), default);
        return await session.WriteAsync("/v", value);
    }
}
