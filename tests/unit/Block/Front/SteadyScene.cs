using System.Runtime.CompilerServices;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Block.Rings;
using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;
using Conformance.Reference.World;
using Conformance.Reference.XenBus;

namespace Conformance.Tests.Unit.Block.Front;

/// <summary>A front in real time, whose back answers at once without looking at the data and without allocating.</summary>
internal sealed class SteadyScene
{
    private readonly byte[] _entry = new byte[BlkifRing.EntrySize(BlkifAbi.X64)];
    private readonly byte[] _response = new byte[16];
    private BlockDisk _disk = null!;
    private DiskBuffer _buffer;

    public static async ValueTask<SteadyScene> MakeAsync(LoopDriver driver)
    {
        var scene = new SteadyScene();
        var world = new XenWorld(driver);
        var front = await world.CreateDomainAsync();
        var back = new ScriptedBack(world.Control, front, BlkifAbi.X64);
        var frontDriver = new FrontDriver(FrontSettings.For(BlockProfile.Mainline) with { IsPersistent = false });
        var bus = new DeviceBus(front, new FrontFlavour(), frontDriver);
        await back.AddAsync(XenbusState.InitWait);
        await bus.StartAsync();
        await back.AwaitFrontAsync(XenbusState.Initialised);
        var reference = new GrantRef(uint.Parse((await back.ReadFrontAsync(BlockNodes.RingRef))!, System.Globalization.CultureInfo.InvariantCulture));
        var port = new PortNumber(uint.Parse((await back.ReadFrontAsync(BlockNodes.EventChannel))!, System.Globalization.CultureInfo.InvariantCulture));
        var mapping = await world.Control.Grants.MapAsync(front.Id, reference, GrantAccess.ReadWrite);
        var bound = await world.Control.Events.BindInterdomainAsync(front.Id, port);
        world.Control.Fibers.Start("answers", () => scene.ServeAsync(new BackRing(new RingMemory(mapping.Page!), scene._entry.Length), bound.Channel!));
        await back.WriteAsync(BlockNodes.Sectors, "2048");
        await back.StateAsync(XenbusState.Connected);
        await back.AwaitFrontAsync(XenbusState.Connected);
        await driver.YieldAsync();
        scene._disk = frontDriver.FindDisk(ScriptedBack.Name)!;
        var pages = new IOwnPage[8];
        for (int i = 0; i < pages.Length; i++)
        {
            pages[i] = (await front.Memory.AllocateAsync())!;
        }

        scene._buffer = new DiskBuffer(pages, 0, pages.Length * 4096);
        return scene;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask RoundAsync()
    {
        if (await _disk.ReadAsync(default, _buffer) != DiskResult.Ok || await _disk.WriteAsync(default, _buffer) != DiskResult.Ok)
        {
            throw new InvalidOperationException("expected a disk that works");
        }
    }

    private async ValueTask ServeAsync(BackRing ring, IEventChannel channel)
    {
        await ring.AttachAsync();
        while (await channel.WaitAsync())
        {
            do
            {
                await ring.SampleRequestsAsync();
                while (ring.AvailableRequests > 0)
                {
                    await ring.ReadRequestAsync(_entry);
                    ring.ConsumeRequest(1);
                    Respond(ring);
                }

                if (await ring.PushResponsesAsync())
                {
                    await channel.NotifyAsync();
                }
            }
            while (await ring.FinalCheckForRequestsAsync());
        }
    }

    private void Respond(BackRing ring)
    {
        BlkifRequest.Read(_entry, BlkifAbi.X64, out var request);
        new BlkifResponse(request.Id, request.Operation, BlkifStatus.Ok).Write(_response, BlkifAbi.X64);
        ring.PutResponse(_response, 1);
    }
}
