using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Tests.Unit.Store;

public sealed class ClientEndlessListTests
{
    [Fact]
    [Trait("Clause", "XS-054")]
    public async Task List_ThatNeverEnds_IsRefusedBeforeItFillsTheMemory()
    {
        var peer = new ClientScriptedPeer();
        await using var client = new StoreClient(peer);
        var list = client.ListAsync("/a").AsTask();
        peer.Fail(await peer.NextAsync(XsMessageType.Directory), "E2BIG");
        string part = "7\0" + string.Concat(Enumerable.Repeat("name\0", 818));
        for (int bytes = 0; bytes <= 16 << 20; bytes += part.Length - 2)
        {
            peer.Reply(await peer.NextAsync(XsMessageType.DirectoryPart), part);
        }

        Assert.Equal(XsError.E2BIG, (await Assert.ThrowsAsync<StoreException>(() => list)).Error);
        Assert.False(peer.HasRequest);
    }
}
