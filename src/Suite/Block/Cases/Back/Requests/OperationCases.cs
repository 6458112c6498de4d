using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Storage;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Back.Requests;

/// <summary>Operations: known and unknown, offered and not, allowed and not.</summary>
public static class OperationCases
{
    /// <summary>Every operation that nobody knows is answered, not done, and what follows is served.</summary>
    [Case("BB-010", "BI-011", "BI-013", "BB-009")]
    public static async Task UnknownOperationsAreAnswered(BackContext c)
    {
        var front = await ScriptedFront.ConnectedAsync(c);
        var page = await front.GrantAsync();
        await page.FillAsync(0x66);
        for (int operation = 0; operation < 256; operation++)
        {
            if (operation is 4 or > 6)
            {
                var response = await front.AskAsync((BlkifOperation)operation, 8, page.Segment());
                c.Expect(response.Status is BlkifStatus.Error or BlkifStatus.NotSupported, $"operation {operation} to be answered with an error", $"{response}");
                c.Expect("BI-013", (int)response.Operation == operation, $"operation {operation} in the response", $"{response}");
            }
        }

        c.Expect(SegmentCases.MediumIsZero(c, 0, 64), "a medium that unknown operations leave alone", "a changed one");
        await front.ExpectServedAsync("BB-009", "after unknown operations");
        await front.ExpectDataLetGoAsync("BB-009", "after unknown operations");
    }

    /// <summary>A response repeats the operation, of an indirect request its own or the inner one, and no status but three.</summary>
    [Case("BI-013", "BI-011", "BI-010")]
    public static async Task ResponsesRepeatTheOperation(BackContext c)
    {
        var front = await ScriptedFront.ConnectedAsync(c);
        var (page, list) = (await front.GrantAsync(), await front.GrantAsync());
        await list.FillAsync(RequestBytes.List(page.Segment()));
        foreach (var operation in new[] { BlkifOperation.Read, BlkifOperation.Write, BlkifOperation.WriteBarrier, BlkifOperation.FlushDiskCache })
        {
            var response = await front.AskAsync(operation, 8, page.Segment());
            c.Expect(response is { Status: BlkifStatus.Ok } && response.Operation == operation, $"{operation} done and repeated", $"{response}");
        }

        var discard = await front.AskAsync(RequestBytes.Discard(front.Abi, front.NextId(), 8, 8));
        c.Expect(discard is { Status: BlkifStatus.Ok, Operation: BlkifOperation.Discard }, "Discard done and repeated", $"{discard}");
        var indirect = await front.AskAsync(RequestBytes.Indirect(front.Abi, BlkifOperation.Write, front.NextId(), 8, 1, list.Reference));
        c.Expect(indirect is { Status: BlkifStatus.Ok, Operation: BlkifOperation.Indirect or BlkifOperation.Write }, "Indirect or Write, done", $"{indirect}");
    }

    /// <summary>A disk whose mode is r is read and not changed, by whatever operation.</summary>
    [Case("BB-004", "BB-034", "NG-038", "NG-037", "BI-027", Guards = "CVE-2013-2140")]
    public static async Task ReadOnlyDisksAreNotChanged(BackContext c)
    {
        var ones = new byte[4096];
        Array.Fill(ones, (byte)0x5A);
        c.Medium.Write(8 * 512, ones);
        var front = await ScriptedFront.ConnectedAsync(c, disk: c.Disk(isWritable: false));
        c.Expect("NG-037", await front.ReadBackAsync(BlockNodes.Info) == "4", "info 4 for a read-only disk", $"{await front.ReadBackAsync(BlockNodes.Info)}");
        var (page, list) = (await front.GrantAsync(), await front.GrantAsync());
        await list.FillAsync(RequestBytes.List(page.Segment()));
        byte[][] requests =
        [
            RequestBytes.Direct(front.Abi, BlkifOperation.Write, front.NextId(), 8, page.Segment()),
            RequestBytes.Direct(front.Abi, BlkifOperation.WriteBarrier, front.NextId(), 8, page.Segment()),
            RequestBytes.Direct(front.Abi, BlkifOperation.FlushDiskCache, front.NextId(), 8, page.Segment()),
            RequestBytes.Discard(front.Abi, front.NextId(), 8, 8),
            RequestBytes.Indirect(front.Abi, BlkifOperation.Write, front.NextId(), 8, 1, list.Reference),
        ];
        foreach (var request in requests)
        {
            var response = await front.AskAsync(request);
            c.Expect(request[0] is 5 or 6 ? "BB-034" : "BB-004", response.Status != BlkifStatus.Ok, "a change of a read-only disk to be refused", $"{response}");
        }

        var now = new byte[4096];
        c.Medium.Read(8 * 512, now);
        c.Expect(now.AsSpan().SequenceEqual(ones), "a medium that is as it was", "a changed one");
        var read = await front.AskAsync(BlkifOperation.Read, 8, page.Segment());
        c.Expect(read.Status == BlkifStatus.Ok && (await page.ReadAsync())[4095] == 0x5A, "a read of it to be done", $"{read}");
    }

    /// <summary>A flush without data is one flush below, nothing else, and succeeds; one with data flushes and writes.</summary>
    [Case("BB-017", "BI-021", Guards = "Z-001")]
    public static async Task FlushIsOneFlushBelow(BackContext c)
    {
        var operations = new List<StorageOperation>();
        var medium = new FailingMedium(c.Medium)
        {
            Judge = (operation, _, _) =>
            {
                operations.Add(operation);
                return StorageStatus.Ok;
            },
        };
        c.Media.AddDevice(BackContext.MediumPath, medium);
        var front = await ScriptedFront.ConnectedAsync(c);
        for (int i = 0; i < 3; i++)
        {
            operations.Clear();
            var response = await front.AskAsync(BlkifOperation.FlushDiskCache, 0xFFFF_FFFF_FFFF);
            c.Expect(response.Status == BlkifStatus.Ok, "a flush without data to succeed, wherever it says it is", $"{response}");
            c.Expect(operations is [StorageOperation.Flush], "one flush of the medium and nothing else", string.Join(", ", operations));
        }

        operations.Clear();
        var page = await front.GrantAsync();
        await page.FillAsync(0x42);
        var withData = await front.AskAsync(BlkifOperation.FlushDiskCache, 80, page.Segment());
        bool isDone = operations.Contains(StorageOperation.Flush) && operations.Contains(StorageOperation.Write) && !SegmentCases.MediumIsZero(c, 87, 1);
        c.Expect("BI-021", withData.Status != BlkifStatus.Ok || isDone, "a flush with data to flush and to write", string.Join(", ", operations));
    }

    /// <summary>A flush or a refused request with a wild count neither crashes nor unmaps what is not its own.</summary>
    [Case("BB-045", "BB-009", Guards = "Z-130")]
    public static async Task CountsWithoutDataTouchNothing(BackContext c)
    {
        foreach (string persistent in (string[])["0", "1"])
        {
            var back = await c.StartBackAsync();
            var front = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(51712 + (persistent == "1" ? 16u : 0))), new FrontPlan().With(BlockNodes.FeaturePersistent, persistent));
            await front.ConnectAsync();
            foreach (byte count in (byte[])[12, 64, 255])
            {
                foreach (byte operation in (byte[])[0, 2, 3, 4, 5, 6, 200])
                {
                    var response = await front.AskAsync(RequestBytes.Counted(front.Abi, (BlkifOperation)operation, front.NextId(), 8, count));
                    c.Expect(response.Status != BlkifStatus.Ok || operation == 5, $"operation {operation} with count {count} and no data to be refused", $"{response}");
                    await front.ExpectServedAsync("BB-045", $"after operation {operation} with count {count}");
                }
            }

            await front.CloseAsync();
            await front.ExpectLetGoAsync("BB-045", "after the close");
            await back.StopAsync();
        }
    }

    /// <summary>What the back did not offer is refused and not done.</summary>
    [Case("BB-010", "BI-011", "NG-024")]
    public static async Task OperationsThatWereNotOfferedAreAnswered(BackContext c)
    {
        var front = await ScriptedFront.ConnectedAsync(c, settings: BackSettings.For(BlockProfile.Legacy));
        var page = await front.GrantAsync();
        await page.FillAsync(0x21);
        byte[][] requests =
        [
            RequestBytes.Discard(front.Abi, front.NextId(), 8, 8),
            RequestBytes.Indirect(front.Abi, BlkifOperation.Write, front.NextId(), 8, 1, page.Reference),
            RequestBytes.Direct(front.Abi, BlkifOperation.FlushDiskCache, front.NextId(), 0),
        ];
        foreach (var request in requests)
        {
            var response = await front.AskAsync(request);
            c.Expect(response.Status is BlkifStatus.Error or BlkifStatus.NotSupported, $"operation {request[0]}, which was not offered, to be refused", $"{response}");
        }

        await front.ExpectServedAsync("BB-009", "after operations that were not offered");
    }

    /// <summary>Discards are held to the medium, without wrapping, and large ones are done whole with one response.</summary>
    [Case("BB-036", "BB-034", "BI-026")]
    public static async Task DiscardsAreHeldToTheMedium(BackContext c)
    {
        var ones = new byte[4096 * 512];
        Array.Fill(ones, (byte)0xFF);
        c.Medium.Write(0, ones);
        c.Media.AddDevice(BackContext.MediumPath, c.Medium);
        var front = await ScriptedFront.ConnectedAsync(c);
        foreach (var (sector, count) in ((ulong, ulong)[])[(4096, 1), (4095, 2), (0, 4097), (ulong.MaxValue, 1), (8, ulong.MaxValue), (8, ulong.MaxValue - 7), (1UL << 55, 8), (8, 1UL << 55), (ulong.MaxValue - 3, 8)])
        {
            var response = await front.AskAsync(RequestBytes.Discard(front.Abi, front.NextId(), sector, count));
            c.Expect(response.Status == BlkifStatus.Error, $"a discard of {count} sectors at {sector} of 4096 to be refused", $"{response}");
        }

        var now = new byte[ones.Length];
        c.Medium.Read(0, now);
        c.Expect(now.AsSpan().SequenceEqual(ones), "nothing discarded yet", "something");
        var large = await front.AskAsync(RequestBytes.Discard(front.Abi, front.NextId(), 16, 3000, BlkifLimits.DiscardSecure));
        c.Expect("BI-026", large.Status == BlkifStatus.Ok, "a discard that asks for what was not offered, to be secure, to be done as any other", $"{large}");
        c.Medium.Read(0, now);
        bool isRight = now.AsSpan(0, 16 * 512).IndexOfAnyExcept((byte)0xFF) < 0 && now.AsSpan(16 * 512, 3000 * 512).IndexOfAnyExcept((byte)0) < 0 && now.AsSpan(3016 * 512).IndexOfAnyExcept((byte)0xFF) < 0;
        c.Expect(isRight, "sectors 16 to 3015 and no others discarded", "others");
        await front.ExpectServedAsync("BB-036", "after discards");
    }
}
