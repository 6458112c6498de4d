using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Network;
using Conformance.Model.Protocol.XenBus;
using Conformance.Model.Trace;
using Conformance.Reference.Deviations;
using Conformance.Reference.Fibers;
using Conformance.Reference.Network;
using Conformance.Reference.ToolStack;
using Conformance.Reference.World;
using Conformance.Reference.XenBus;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Tests.Unit.Network;

/// <summary>Two guests with an interface each, and a bridge in the control domain with a port for the test.</summary>
internal sealed class NetWorld
{
    public const int Seeds = 12;

    private NetWorld(XenWorld world, NetSettings front, NetSettings back, DeviationPlan? backPlan = null)
    {
        World = world;
        Tools = new DeviceManager(world.Control);
        BackBus = new DeviceBus(world.Control, new BackFlavour(), new NetBackDriver(back, Bridge, backPlan));
        FrontSettings = front;
        Bridge.Attach(Port);
    }

    public XenWorld World { get; }

    public DeviceManager Tools { get; }

    public Bridge Bridge { get; } = new();

    public TestPort Port { get; } = new();

    public DeviceBus BackBus { get; }

    public NetSettings FrontSettings { get; }

    public IStoreClient Store => World.Control.Store;

    public static void Run(Func<NetWorld, ValueTask> body, NetSettings? front = null, NetSettings? back = null)
    {
        var four = new NetSettings { Slots = 4 };
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            var driver = new SteppedDriver(new SeededChoices(seed));
            try
            {
                driver.Run(() => BuildAsync(driver, body, front ?? four, back ?? four), most: 2_000_000);
            }
            catch (Exception failure) when (failure is FiberFailedException or StandstillException)
            {
                throw new InvalidOperationException($"seed {seed}: {failure.Message}\n{failure.InnerException}", failure);
            }
        }
    }

    public static void RunAtOnce(Func<NetWorld, ValueTask> body)
    {
        var driver = new LoopDriver();
        driver.Run(() => BuildAsync(driver, body, new NetSettings(), new NetSettings()));
    }

    /// <summary>Runs a test once, with steps written down and a back that leaves its path.</summary>
    public static void RunTraced(ITraceSink trace, DeviationPlan backPlan, Func<NetWorld, ValueTask> body)
    {
        var driver = new SteppedDriver(new SeededChoices(1));
        driver.Run(
            async () =>
            {
                var four = new NetSettings { Slots = 4 };
                var world = new NetWorld(new XenWorld(driver, trace), four, four, backPlan);
                await world.BackBus.StartAsync();
                await body(world);
            },
            most: 2_000_000);
    }

    public async ValueTask<NetGuest> AddGuestAsync(NetGuest? like = null, DeviationPlan? plan = null)
    {
        var domain = like?.Domain ?? await World.CreateDomainAsync();
        var guest = new NetGuest(domain, FrontSettings, plan);
        await guest.Bus.StartAsync();
        return guest;
    }

    /// <summary>Gives a guest an interface that is connected.</summary>
    public async ValueTask<NetGuest> AddConnectedAsync()
    {
        var guest = await AddGuestAsync();
        await Tools.AddAsync(guest.Request);
        await ExpectConnectedAsync(guest);
        return guest;
    }

    public async ValueTask ExpectConnectedAsync(NetGuest guest)
    {
        await ExpectAsync(guest.Request.FrontNode, XenbusState.Connected);
        await ExpectAsync(guest.Request.BackNode, XenbusState.Connected);
        while (guest.Interface?.HasCarrier != true)
        {
            await World.Control.Fibers.YieldAsync();
        }
    }

    public async ValueTask ExpectAsync(string node, XenbusState state) =>
        Assert.True(
            await Tools.WaitForStateAsync($"{node}/state", now => now == state, TimeSpan.FromMinutes(1)),
            $"expected {node} to reach {state}, got {await Store.ReadOptionalAsync($"{node}/state")}");

    /// <summary>Waits for something that others do.</summary>
    public async ValueTask UntilAsync(Func<bool> isThere)
    {
        while (!isThere())
        {
            await World.Control.Fibers.YieldAsync();
        }
    }

    public ValueTask SettleAsync() => World.Control.Fibers.DelayAsync(TimeSpan.FromMinutes(2));

    /// <summary>A frame whose content depends on a number.</summary>
    public static byte[] Frame(MacAddress to, MacAddress from, int length, int number)
    {
        byte[] frame = new byte[length];
        for (int i = 0; i < length; i++)
        {
            frame[i] = (byte)((i * 7) + number);
        }

        to.Write(frame);
        from.Write(frame.AsSpan(MacAddress.Size));
        return frame;
    }

    private static async ValueTask BuildAsync(FiberDriver driver, Func<NetWorld, ValueTask> body, NetSettings front, NetSettings back)
    {
        var world = new NetWorld(new XenWorld(driver), front, back);
        await world.BackBus.StartAsync();
        await body(world);
    }
}

/// <summary>A guest with at most one interface.</summary>
internal sealed class NetGuest
{
    public NetGuest(WorldDomain domain, NetSettings settings, DeviationPlan? plan = null)
    {
        Domain = domain;
        Fronts = new NetFrontDriver(settings, plan);
        Bus = new DeviceBus(domain, new FrontFlavour(), Fronts);
        Mac = new MacAddress(0x00163E_000000ul + domain.Id.Value);
        Request = new DeviceRequest("vif", "0", domain.Id, DomainId.Zero)
        {
            FrontNodes = new Dictionary<string, string> { [NetworkNodes.Mac] = $"{Mac}" },
            BackNodes = new Dictionary<string, string> { [NetworkNodes.Mac] = $"{Mac}" },
        };
    }

    public WorldDomain Domain { get; }

    public NetFrontDriver Fronts { get; }

    public DeviceBus Bus { get; }

    public MacAddress Mac { get; }

    public DeviceRequest Request { get; }

    public NetworkInterface? Interface => Fronts.FindInterface("0");

    public List<byte[]> Received { get; } = [];

    /// <summary>Collects what comes from now on.</summary>
    public void Listen() => Interface!.Handler = frame => Received.Add(frame.ToArray());

    /// <summary>Sends from a fiber of the guest.</summary>
    public async ValueTask<bool> SendAsync(byte[] frame)
    {
        bool isSent = false;
        await Domain.Fibers.Start("sender", async () => isSent = await Interface!.SendAsync(frame)).JoinAsync();
        return isSent;
    }
}

/// <summary>The test's own port at the bridge.</summary>
internal sealed class TestPort : IFramePort
{
    public List<byte[]> Taken { get; } = [];

    public void Take(ReadOnlySpan<byte> frame) => Taken.Add(frame.ToArray());
}
