using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Fibers;
using Conformance.Reference.ToolStack;
using Conformance.Reference.World;
using Conformance.Reference.XenBus;

namespace Conformance.Tests.Unit.Block.Back;

public sealed class BackAllocationTests
{
    private const int Batch = 32;
    private const int Batches = 400;

    [Theory]
    [InlineData(BlkifOperation.Read)]
    [InlineData(BlkifOperation.Write)]
    public void Request_WhoseGrantStaysMapped_AllocatesNothing(BlkifOperation operation)
    {
        var driver = new LoopDriver();
        driver.Run(async () =>
        {
            var world = new XenWorld(driver);
            var guest = await world.CreateDomainAsync();
            var lookup = new StorageLookup(driver, world.Control.Fibers.Group);
            lookup.Add("/disk", new MemoryMedium("/disk", new SectorCount512(4096)));
            var device = new DeviceRequest("vbd", "1", guest.Id, DomainId.Zero)
            {
                BackNodes = new Dictionary<string, string> { ["params"] = "/disk", ["mode"] = "w", ["hotplug-status"] = "connected" },
            };
            var tools = new DeviceManager(world.Control);
            await tools.AddAsync(device);
            var bus = new DeviceBus(world.Control, new BackFlavour(), new BackDriver(BackSettings.For(BlockProfile.Mainline), lookup));
            var front = new ScriptedFront(guest, device);
            await front.WriteAsync("feature-persistent", "1");
            await front.OfferAsync();
            await bus.StartAsync();
            Assert.True(await tools.WaitForStateAsync($"{device.BackNode}/state", state => state == XenbusState.Connected, TimeSpan.FromSeconds(30)));
            var (_, reference) = await front.SharePageAsync();
            var request = front.Entry(operation, 1, 8, new BlkifSegment(reference, 0, 7));
            var response = new byte[front.EntrySize];
            await RunAsync(front, request, response);
            long before = GC.GetAllocatedBytesForCurrentThread();
            await RunAsync(front, request, response);
            long perRequest = (GC.GetAllocatedBytesForCurrentThread() - before) / (Batch * Batches);

            // A wait for an event may cost something, and there is one a batch.
            Assert.InRange(perRequest, 0, 31);
        });
    }

    private static async ValueTask RunAsync(ScriptedFront front, byte[] request, byte[] response)
    {
        var (ring, channel) = (front.Ring, front.Queues[0].Channel);
        for (int i = 0; i < Batches; i++)
        {
            for (int k = 0; k < Batch; k++)
            {
                ring.PutRequest(request);
            }

            if (await ring.PushRequestsAsync())
            {
                await channel.NotifyAsync();
            }

            while (ring.Outstanding > 0)
            {
                while (ring.AvailableResponses == 0 && !await ring.FinalCheckForResponsesAsync())
                {
                    await channel.WaitAsync();
                }

                await ring.ReadResponseAsync(response);
                if (BlkifResponse.Read(response, front.Abi).Status != BlkifStatus.Ok)
                {
                    Assert.Fail("a request failed");
                }

                ring.ConsumeResponse(1);
            }
        }
    }
}
