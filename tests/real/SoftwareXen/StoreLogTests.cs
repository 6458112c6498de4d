using Conformance.Adapters.Logs;
using Conformance.Adapters.SoftwareXen;
using Conformance.Model.Judging;
using Conformance.Model.Protocol;
using Conformance.Suite.Cases;
using Conformance.Suite.Store;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Tests.Real.SoftwareXen;

/// <summary>What the real daemons log of an attach is judged from the log alone.</summary>
public sealed class StoreLogTests : IDisposable
{
    private const string Front = "/local/domain/5/device/vbd/51712";
    private const string Back = "/local/domain/0/backend/vbd/5/51712";

    private readonly string folder = Directory.CreateTempSubdirectory("conformance-log-").FullName;

    public static TheoryData<string> Daemons => RealStore.Daemons;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [SkippableTheory]
    [MemberData(nameof(Daemons))]
    public async Task AnAttach_IsAccepted_FromTheLogAlone(string daemon)
    {
        string[] lines = await AttachAsync(daemon, backWaits: true);

        var report = TraceJudge.Judge(TraceFiles.Read(daemon, lines));

        Assert.Empty(report.Rejections);
        Assert.Equal("Connected", Assert.Single(report.Connections).End);
    }

    [SkippableTheory]
    [MemberData(nameof(Daemons))]
    public async Task ABackThatDoesNotWait_IsRejected_FromTheLogAlone(string daemon)
    {
        string[] lines = await AttachAsync(daemon, backWaits: false);

        var first = TraceJudge.Judge(TraceFiles.Read(daemon, lines)).Rejections[0];

        Assert.Equal(("XB-051", Blame.Back), (first.Clause, first.Blame));
    }

    private async Task<string[]> AttachAsync(string daemon, bool backWaits)
    {
        var found = SoftwareXenRequirements.Check(daemon);
        Skip.IfNot(found.IsMet, string.Join(' ', found.Missing));
        string log = Path.Combine(folder, "log");
        await using (var world = await SoftwareXenWorld.StartAsync(directory => Launch(daemon, directory, found.ProgramPath!, log), CancellationToken.None))
        {
            var context = new StoreContext(new CaseSettings(new("XS", 1), 1, TimeSpan.FromSeconds(30), CancellationToken.None), world, Carriers.Socket, "area");
            var tools = await context.ConnectAsync();
            var guest = (await context.CreateGuestAsync(new DomainId(5))).Session;
            var back = await context.ConnectAsync();
            await MakeAsync(context, tools);
            await WriteAsync(back, $"{Back}/state", "2");
            if (backWaits)
            {
                await PublishAsync(context, guest);
            }

            foreach (string name in (string[])["sectors", "sector-size", "info"])
            {
                await WriteAsync(back, $"{Back}/{name}", "512");
            }

            await WriteAsync(back, $"{Back}/state", "4");
            if (backWaits)
            {
                await WriteAsync(guest, $"{Front}/state", "4");
            }

            // A daemon may log an answer after it has sent it; before the next, it has.
            await guest.RoundTripAsync();
            await context.DisposeAsync();
        }

        return await File.ReadAllLinesAsync(log);
    }

    private static StoreDaemonProcess Launch(string daemon, InstanceDirectory directory, string program, string log) => daemon == XenStoredProcess.ProgramName
        ? new XenStoredProcess(directory, program, log)
        : new OXenStoredProcess(directory, program, new Dictionary<string, string> { [OXenStoredProcess.AccessLogSetting] = log, ["access-log-transactions-ops"] = "true" });

    private static async Task MakeAsync(StoreContext context, StoreSession tools)
    {
        uint transaction = await context.StartTransactionAsync(tools);
        await tools.MkdirAsync(Front, transaction);
        await tools.SetPermsAsync(transaction, Front, "n5", "r0");
        await tools.MkdirAsync(Back, transaction);
        await tools.SetPermsAsync(transaction, Back, "n0", "r5");
        (string, string)[] nodes =
        [
            ($"{Back}/frontend", Front), ($"{Back}/frontend-id", "5"), ($"{Back}/online", "1"), ($"{Back}/state", "1"),
            ($"{Front}/backend", Back), ($"{Front}/backend-id", "0"), ($"{Front}/state", "1"),
        ];
        foreach (var (path, value) in nodes)
        {
            await WriteAsync(tools, path, value, transaction);
        }

        Assert.False((await tools.CommitAsync(transaction)).IsError);
    }

    private static async Task PublishAsync(StoreContext context, StoreSession guest)
    {
        uint transaction = await context.StartTransactionAsync(guest);
        await WriteAsync(guest, "device/vbd/51712/ring-ref", "8", transaction);
        await WriteAsync(guest, "device/vbd/51712/event-channel", "2", transaction);
        Assert.False((await guest.CommitAsync(transaction)).IsError);
        await WriteAsync(guest, $"{Front}/state", "3");
    }

    private static async Task WriteAsync(StoreSession session, string path, string value, uint transaction = 0) =>
        Assert.False((await session.WriteAsync(path, value, transaction)).IsError);
}
