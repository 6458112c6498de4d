using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Tests.Unit.Store;

/// <summary>What a driver asks for in one call and the client reads one by one.</summary>
public sealed class ClientHelperTests
{
    [Fact]
    [Trait("Clause", "XS-144")]
    [Trait("Clause", "XS-145")]
    public async Task Scan_ThatFails_LeavesTheDefault()
    {
        var peer = new ClientScriptedPeer();
        await using var client = new StoreClient(peer);
        Assert.Equal(new(12, XsError.None), await Scan("12", 7));
        Assert.Equal(new(7, XsError.EINVAL), await Scan("", 7));
        Assert.Equal(new(7, XsError.EINVAL), await Scan("twelve", 7));
        Assert.Equal(new((byte)7, XsError.EINVAL), await Scan("256", (byte)7));
        Assert.Equal(new(7u, XsError.EINVAL), await Scan("-1", 7u));

        var missing = client.ScanAsync("/a", 7).AsTask();
        peer.Fail(await peer.NextAsync(XsMessageType.Read), "ENOENT");
        Assert.Equal(new StoreScan<int>(7, XsError.ENOENT), await missing);

        async Task<StoreScan<T>> Scan<T>(string stored, T defaultValue)
            where T : IUtf8SpanParsable<T>
        {
            var scan = client.ScanAsync("/a", defaultValue).AsTask();
            await peer.AnswerAsync(XsMessageType.Read, stored);
            return await scan;
        }
    }

    [Fact]
    [Trait("Clause", "XS-143")]
    public async Task Gather_ReadsOptionalKeysOneByOne_AndStopsAtAMissingRequiredOne()
    {
        var peer = new ClientScriptedPeer();
        await using var client = new StoreClient(peer);
        var gather = client.GatherAsync("/d", ["ring", "port"], ["lost", "kept"]).AsTask();
        Assert.Equal("/d/ring|", await peer.AnswerAsync(XsMessageType.Read, "1"));
        Assert.Equal("/d/port|", await peer.AnswerAsync(XsMessageType.Read, "2"));
        peer.Fail(await peer.NextAsync(XsMessageType.Read), "ENOENT");
        Assert.Equal("/d/kept|", await peer.AnswerAsync(XsMessageType.Read, "3"));
        Assert.Equal(new Dictionary<string, string> { ["ring"] = "1", ["port"] = "2", ["kept"] = "3" }, await gather);

        gather = client.GatherAsync("/d", ["ring", "port"], ["kept"]).AsTask();
        peer.Fail(await peer.NextAsync(XsMessageType.Read), "ENOENT");
        Assert.Contains("/d/ring", (await Assert.ThrowsAsync<StoreException>(() => gather)).Message, StringComparison.Ordinal);
        Assert.False(peer.HasRequest);
    }

    [Fact]
    public async Task Exists_TellsAbsentFromRefused()
    {
        var peer = new ClientScriptedPeer();
        await using var client = new StoreClient(peer);
        var exists = client.ExistsAsync("/a").AsTask();
        await peer.AnswerAsync(XsMessageType.Read, "");
        Assert.True(await exists);
        exists = client.ExistsAsync("/a").AsTask();
        peer.Fail(await peer.NextAsync(XsMessageType.Read), "ENOENT");
        Assert.False(await exists);
        exists = client.ExistsAsync("/a").AsTask();
        peer.Fail(await peer.NextAsync(XsMessageType.Read), "EACCES");
        Assert.Equal(XsError.EACCES, (await Assert.ThrowsAsync<StoreException>(() => exists)).Error);
    }
}
