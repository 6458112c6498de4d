using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Network;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Control;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Tests.Unit.Control;

public sealed class MoveTests
{
    private const int Writes = 30;

    [Theory]
    [Trait("Clause", "RS-001")]
    [Trait("Clause", "RS-005")]
    [Trait("Clause", "RS-009")]
    [Trait("Clause", "RS-016")]
    [InlineData(BlockProfile.Mainline)]
    [InlineData(BlockProfile.Seed2010)]
    [InlineData(BlockProfile.Legacy)]
    public void DiskInUse_SurvivesMoves(BlockProfile profile) =>
        MovedMachine.Run(FrontSettings.For(profile), m => WriteThroughAsync(m, m.RestoreAsync, SuspendOutcome.Moved));

    [Theory]
    [Trait("Clause", "CT-012")]
    [Trait("Clause", "RS-001")]
    [InlineData(BlockProfile.Mainline)]
    [InlineData(BlockProfile.Seed2010)]
    public void DiskInUse_SurvivesCancelledSuspends(BlockProfile profile) =>
        MovedMachine.Run(FrontSettings.For(profile), m => WriteThroughAsync(m, () => m.Tools.ResumeAsync(m.Guest), SuspendOutcome.Cancelled));

    [Fact]
    [Trait("Clause", "RS-005")]
    public void DiskInUse_SurvivesMovesInRealTime() =>
        MovedMachine.RunAtOnce(FrontSettings.For(BlockProfile.Mainline), m => WriteThroughAsync(m, m.RestoreAsync, SuspendOutcome.Moved));

    [Fact]
    [Trait("Clause", "RS-002")]
    [Trait("Clause", "RS-008")]
    public void Interface_GetsANewLinkInANewWorld_WithOtherReferences() => MovedMachine.Run(FrontSettings.For(BlockProfile.Mainline), async m =>
    {
        await m.ExpectFrameAsync(1);
        for (int round = 0; round < 3; round++)
        {
            string? before = await ReadAsync(m, NetworkNodes.TxRingRef);
            await m.SuspendAsync();
            await m.RestoreAsync();
            await m.ExpectConnectedAsync();
            Assert.NotEqual(before, await ReadAsync(m, NetworkNodes.TxRingRef));
            await m.ExpectFrameAsync(round);
        }
    });

    [Fact]
    [Trait("Clause", "CT-012")]
    public void Interface_KeepsItsLinkThroughACancelledSuspend() => MovedMachine.Run(FrontSettings.For(BlockProfile.Mainline), async m =>
    {
        string? before = await ReadAsync(m, NetworkNodes.TxRingRef);
        await m.SuspendAsync();
        await m.Tools.ResumeAsync(m.Guest);
        await m.ExpectFrameAsync(1);
        Assert.Equal(before, await ReadAsync(m, NetworkNodes.TxRingRef));
    });

    [Fact]
    [Trait("Clause", "GT-060")]
    [Trait("Clause", "RS-010")]
    public void ManyMoves_UseUpNeitherPagesNorReferences() => MovedMachine.Run(
        FrontSettings.For(BlockProfile.Mainline),
        async m =>
        {
            var seen = new List<(int Pages, int References)>();
            for (int round = 0; round < 5; round++)
            {
                await m.SuspendAsync();
                await m.RestoreAsync();
                await m.ExpectConnectedAsync();
                await m.ExpectFrameAsync(round);
                await m.World.Control.Fibers.DelayAsync(TimeSpan.FromMinutes(2));
                m.Guest.GrantTable.RetryDeferred();
                seen.Add((m.Guest.Machine.Memory.Count, m.Guest.GrantTable.EntryCount - m.Guest.GrantTable.FreeCount));
            }

            Assert.Single(seen.Skip(1).Distinct());
        },
        seeds: 3);

    [Fact]
    [Trait("Clause", "RS-010")]
    [Trait("Clause", "XS-140")]
    public void DeviceThatIsConnectingAtTheSuspend_EndsConnected() => MovedMachine.Run(
        FrontSettings.For(BlockProfile.Mainline),
        async m =>
        {
            Assert.True(await m.Devices.RemoveAsync(m.Net.Request));
            await m.Devices.AddAsync(m.Net.Request);
            await m.SuspendAsync();
            await m.RestoreAsync();
            await m.ExpectConnectedAsync();
            await m.ExpectFrameAsync(1);
        },
        seeds: 40);

    [Fact]
    [Trait("Clause", "RS-010")]
    [Trait("Clause", "CT-012")]
    public void DeviceThatIsConnectingAtACancelledSuspend_EndsConnected() => MovedMachine.Run(
        FrontSettings.For(BlockProfile.Mainline),
        async m =>
        {
            Assert.True(await m.Devices.RemoveAsync(m.Net.Request));
            await m.Devices.AddAsync(m.Net.Request);
            await m.SuspendAsync();
            await m.Tools.ResumeAsync(m.Guest);
            await m.ExpectConnectedAsync();
            await m.ExpectFrameAsync(1);
        },
        seeds: 40);

    [Fact]
    [Trait("Clause", "XS-093")]
    [Trait("Clause", "XS-020")]
    public void DiskNetworkAndBalloon_ShareOneStoreConnection() => MovedMachine.Run(FrontSettings.For(BlockProfile.Mainline), async m =>
    {
        var writer = m.Start("writer", () => WriteAllAsync(m));
        int used = m.Guest.Machine.Memory.Count;
        await m.Tools.SetMemoryTargetAsync(m.Guest, used + 30);
        await m.ExpectFrameAsync(1);
        await m.Devices.RemoveAsync(m.Net.Request);
        await m.Devices.AddAsync(m.Net.Request);
        await m.ExpectConnectedAsync();
        await m.ExpectFrameAsync(2);
        await writer.JoinAsync();
        await m.World.Control.Fibers.DelayAsync(TimeSpan.FromMinutes(2));
        Assert.True(m.Balloon.IsMet);
        await ExpectAllAsync(m);
    });

    /// <summary>Writes while the guest is stopped and goes on, again and again, and reads everything back.</summary>
    private static async ValueTask WriteThroughAsync(MovedMachine m, Func<ValueTask> goOn, SuspendOutcome outcome)
    {
        var disk = m.Disk;
        var writer = m.Start("writer", () => WriteAllAsync(m));
        for (int round = 0; round < 3; round++)
        {
            await m.SuspendAsync();
            await goOn();
            await m.WaitUntilAsync(() => m.Control.Suspends == round + 1);
            Assert.Equal(outcome, m.Control.LastSuspend);
        }

        await writer.JoinAsync();
        await m.ExpectConnectedAsync();
        Assert.Same(disk, m.Disk);
        await ExpectAllAsync(m);
    }

    private static async ValueTask WriteAllAsync(MovedMachine m)
    {
        for (int i = 0; i < Writes; i++)
        {
            Assert.Equal(DiskResult.Ok, await m.Disk.WriteAsync(new Sector512((ulong)i * 8), Data(i)));
        }
    }

    private static async ValueTask ExpectAllAsync(MovedMachine m)
    {
        byte[] read = new byte[Data(0).Length];
        for (int i = 0; i < Writes; i++)
        {
            Assert.Equal(DiskResult.Ok, await m.Disk.ReadAsync(new Sector512((ulong)i * 8), read));
            Assert.Equal(Data(i), read);
        }
    }

    private static byte[] Data(int number)
    {
        byte[] data = new byte[4096];
        new Random(number).NextBytes(data);
        return data;
    }

    private static ValueTask<string?> ReadAsync(MovedMachine m, string node) =>
        m.World.Control.Store.ReadOptionalAsync($"{m.Net.Request.FrontNode}/{node}");
}
