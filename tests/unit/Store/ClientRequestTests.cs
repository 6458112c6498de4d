using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Tests.Unit.Store;

public sealed class ClientRequestTests
{
    [Fact]
    [Trait("Clause", "XS-020")]
    public async Task Replies_InAnyOrder_ReachTheirRequests()
    {
        var peer = new ClientScriptedPeer();
        await using var client = new StoreClient(peer);
        var a = client.ReadTextAsync("/a").AsTask();
        var b = client.ReadTextAsync("/b").AsTask();
        var first = await peer.NextAsync(XsMessageType.Read);
        var second = await peer.NextAsync(XsMessageType.Read);
        Assert.NotEqual(first.Header.RequestId, second.Header.RequestId);
        Assert.NotEqual(0u, first.Header.RequestId);
        peer.Reply(second, "two");
        peer.Reply(first, "one");
        Assert.Equal("one", await a);
        Assert.Equal("two", await b);
    }

    [Fact]
    [Trait("Clause", "XS-021")]
    public async Task Reply_ThatNobodyWaitsFor_IsDroppedAndTheStreamGoesOn()
    {
        var peer = new ClientScriptedPeer();
        await using var client = new StoreClient(peer);
        var read = client.ReadTextAsync("/a").AsTask();
        var request = await peer.NextAsync(XsMessageType.Read);
        peer.Send(XsMessageType.Read, request.Header.RequestId + 1000, 0, "foreign");
        peer.Send(XsMessageType.Read, request.Header.RequestId, 77, "foreign transaction");
        peer.Reply(request, "own");
        Assert.Equal("own", await read);
    }

    [Fact]
    [Trait("Clause", "XS-021")]
    public async Task Reply_ToAnAbandonedRequest_IsDropped()
    {
        var peer = new ClientScriptedPeer();
        await using var client = new StoreClient(peer);
        using var cancellation = new CancellationTokenSource();
        var abandoned = client.ReadAsync("/a", default, cancellation.Token).AsTask();
        var first = await peer.NextAsync(XsMessageType.Read);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);
        var next = client.ReadTextAsync("/b").AsTask();
        var second = await peer.NextAsync(XsMessageType.Read);
        peer.Reply(first, "late");
        peer.Reply(second, "right");
        Assert.Equal("right", await next);
    }

    [Fact]
    [Trait("Clause", "XS-015")]
    public async Task Reply_InSingleBytes_IsAssembled()
    {
        var peer = new ClientScriptedPeer(chunk: 1);
        await using var client = new StoreClient(peer);
        var read = client.ReadTextAsync("/a").AsTask();
        peer.Reply(await peer.NextAsync(XsMessageType.Read), new string('x', 4096));
        Assert.Equal(4096, (await read).Length);
    }

    [Fact]
    [Trait("Clause", "XS-014")]
    public async Task Reply_ThatAnnouncesTooMuch_ClosesTheClient()
    {
        var peer = new ClientScriptedPeer();
        await using var client = new StoreClient(peer);
        var read = client.ReadAsync("/a").AsTask();
        var request = await peer.NextAsync(XsMessageType.Read);
        var header = new byte[XsHeader.Size];
        new XsHeader(XsMessageType.Read, request.Header.RequestId, 0, 4097).Write(header);
        peer.Raw(header);
        var failure = await Assert.ThrowsAsync<StoreClosedException>(() => read);
        Assert.Contains("4096", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreClosedException>(() => client.ReadAsync("/b").AsTask());
    }

    [Theory]
    [Trait("Clause", "XS-017")]
    [Trait("Clause", "XS-018")]
    [InlineData("ENOENT\0", XsError.ENOENT)]
    [InlineData("EPERM\0", XsError.EPERM)]
    [InlineData("EQUOTA\0", XsError.EINVAL)]
    [InlineData("", XsError.EINVAL)]
    [InlineData("ENOENT", XsError.EINVAL)]
    [InlineData("OK\0", XsError.EINVAL)]
    public async Task Error_OfThatName_IsThatErrorOrInvalid(string payload, XsError expected)
    {
        var peer = new ClientScriptedPeer();
        await using var client = new StoreClient(peer);
        var read = client.ReadAsync("/a").AsTask();
        var request = await peer.NextAsync(XsMessageType.Read);
        peer.Send(XsMessageType.Error, request.Header.RequestId, 0, payload);
        var failure = await Assert.ThrowsAsync<StoreException>(() => read);
        Assert.Equal(expected, failure.Error);
        Assert.Contains("/a", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Clause", "XS-016")]
    public async Task Reply_OfAnotherType_IsNoAnswer()
    {
        var peer = new ClientScriptedPeer();
        await using var client = new StoreClient(peer);
        var read = client.ReadAsync("/a").AsTask();
        var request = await peer.NextAsync(XsMessageType.Read);
        peer.Send(XsMessageType.Write, request.Header.RequestId, 0, "OK\0");
        Assert.Equal(XsError.EIO, (await Assert.ThrowsAsync<StoreException>(() => read)).Error);
    }

    [Fact]
    [Trait("Clause", "XS-146")]
    public async Task Waiters_AreReleased_WhenTheClientCloses()
    {
        var peer = new ClientScriptedPeer();
        var client = new StoreClient(peer);
        var read = client.ReadAsync("/a").AsTask();
        await peer.NextAsync(XsMessageType.Read);
        await client.DisposeAsync();
        await Assert.ThrowsAsync<StoreClosedException>(() => read);
        Assert.True(peer.IsDisposed);
    }

    [Fact]
    [Trait("Clause", "XS-146")]
    public async Task Waiters_AreReleased_WhenTheStoreCloses()
    {
        var peer = new ClientScriptedPeer();
        await using var client = new StoreClient(peer);
        var read = client.ReadAsync("/a").AsTask();
        await peer.NextAsync(XsMessageType.Read);
        peer.End();
        await Assert.ThrowsAsync<StoreClosedException>(() => read);
    }

    [Fact]
    [Trait("Clause", "XS-146")]
    public async Task Waiters_AreReleased_WhateverTheTransportThrows()
    {
        var peer = new ClientScriptedPeer();
        await using var client = new StoreClient(peer);
        var read = client.ReadAsync("/a").AsTask();
        await peer.NextAsync(XsMessageType.Read);
        peer.Break(new FormatException("unforeseen"));
        var failure = await Assert.ThrowsAsync<StoreClosedException>(() => read);
        Assert.Contains("unforeseen", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreClosedException>(() => client.ReadAsync("/a").AsTask());
    }

    [Theory]
    [Trait("Clause", "XS-146")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WriterThatWaitsForRoom_IsReleased_WhenTheStreamEnds(bool byTheStore)
    {
        var peer = new ClientScriptedPeer { BlocksWrites = true };
        await using var client = new StoreClient(peer);
        var first = client.ReadAsync("/a").AsTask();
        var second = client.ReadAsync("/b").AsTask();
        if (byTheStore)
        {
            peer.End();
        }
        else
        {
            await client.DisposeAsync();
        }

        await Assert.ThrowsAsync<StoreClosedException>(() => first);
        await Assert.ThrowsAsync<StoreClosedException>(() => second);
    }

    [Fact]
    public async Task Write_ThatBreaks_ClosesTheClient()
    {
        var peer = new ClientScriptedPeer { FailsWrites = true };
        await using var client = new StoreClient(peer);
        await Assert.ThrowsAsync<StoreClosedException>(() => client.ReadAsync("/a").AsTask());
        peer.FailsWrites = false;
        await Assert.ThrowsAsync<StoreClosedException>(() => client.ReadAsync("/a").AsTask());
        Assert.False(peer.HasRequest);
    }

    [Fact]
    [Trait("Clause", "XS-012")]
    public async Task Request_ThatIsTooLong_IsNeverSent()
    {
        var peer = new ClientScriptedPeer();
        await using var client = new StoreClient(peer);
        var failure = await Assert.ThrowsAsync<StoreException>(() => client.WriteAsync("/a", new byte[4094]).AsTask());
        Assert.Equal(XsError.E2BIG, failure.Error);
        var fits = client.WriteAsync("/a", new byte[4093]).AsTask();
        Assert.Equal(4096, (await peer.NextAsync(XsMessageType.Write)).Payload.Length);
        Assert.False(fits.IsCompleted);
    }

    [Theory]
    [Trait("Clause", "XS-040")]
    [InlineData("/a\0/b")]
    [InlineData("/ä")]
    public async Task Path_ThatCannotBeSent_IsRefused(string path)
    {
        var peer = new ClientScriptedPeer();
        await using var client = new StoreClient(peer);
        Assert.Equal(XsError.EINVAL, (await Assert.ThrowsAsync<StoreException>(async () => await client.ReadAsync(path))).Error);
        Assert.False(peer.HasRequest);
    }

    [Fact]
    public async Task EveryRequest_HasThePayloadOfTheProtocol()
    {
        var peer = new ClientScriptedPeer();
        await using var client = new StoreClient(peer);
        var guest = new DomainId(5);

        await Expect(client.WriteAsync("/a", "x\0y"u8.ToArray()), XsMessageType.Write, "/a|x|y");
        await Expect(client.WriteTextAsync("/a", $"{1.5}/{guest.Value}"), XsMessageType.Write, "/a|1.5/5");
        await Expect(client.MakeDirectoryAsync("/a"), XsMessageType.Mkdir, "/a|");
        await Expect(client.RemoveAsync("/a"), XsMessageType.Rm, "/a|");
        await Expect(client.SetPermissionsAsync("/a", [new(guest, XsAccess.None), new(new(0), XsAccess.Both)]), XsMessageType.SetPerms, "/a|n5|b0|");
        await Expect(client.IntroduceAsync(guest, 0xFEFFC, 3), XsMessageType.Introduce, "5|1044476|3|");
        await Expect(client.ReleaseAsync(guest), XsMessageType.Release, "5|");
        await Expect(client.ResumeDomainAsync(guest), XsMessageType.Resume, "5|");
        await Expect(client.SetTargetAsync(guest, new(6)), XsMessageType.SetTarget, "5|6|");
        await Expect(client.SetFeaturesAsync(guest, XsServerFeatures.WatchDepth), XsMessageType.SetFeature, "5|4|");
        await Expect(client.SetQuotaAsync("nodes", 7), XsMessageType.SetQuota, "nodes|7|");
        await Expect(client.SetQuotaAsync("nodes", 7, guest), XsMessageType.SetQuota, "5|nodes|7|");
        await Expect(client.ResetWatchesAsync(), XsMessageType.ResetWatches, "|");

        async Task Expect(ValueTask call, XsMessageType type, string payload)
        {
            Assert.Equal(payload, await peer.AnswerAsync(type, "OK\0"));
            await call;
        }
    }

    [Fact]
    public async Task EveryAnswer_IsRead()
    {
        var peer = new ClientScriptedPeer();
        await using var client = new StoreClient(peer);
        var guest = new DomainId(5);

        Assert.Equal(["a", "b"], await Ask(client.ListAsync("/"), XsMessageType.Directory, "/|", "a\0b\0"));
        Assert.Empty(await Ask(client.ListAsync("/"), XsMessageType.Directory, "/|", ""));
        Assert.Equal([new(guest, XsAccess.Read)], await Ask(client.GetPermissionsAsync("/"), XsMessageType.GetPerms, "/|", "r5\0"));
        Assert.True(await Ask(client.IsIntroducedAsync(guest), XsMessageType.IsDomainIntroduced, "5|", "T\0"));
        Assert.False(await Ask(client.IsIntroducedAsync(guest), XsMessageType.IsDomainIntroduced, "5|", "F\0"));
        Assert.Equal("/local/domain/5", await Ask(client.GetDomainPathAsync(guest), XsMessageType.GetDomainPath, "5|", "/local/domain/5\0"));
        Assert.Equal("fine", await Ask(client.ControlAsync(["check", "all"]), XsMessageType.Control, "check|all|", "fine\0"));
        Assert.Equal("fine", await Ask(client.ControlAsync(["check"]), XsMessageType.Control, "check|", "fine"));
        Assert.Equal(XsServerFeatures.Error | XsServerFeatures.WatchDepth, await Ask(client.GetFeaturesAsync(), XsMessageType.GetFeature, "", "6\0"));
        Assert.Equal(XsServerFeatures.None, await Ask(client.GetFeaturesAsync(guest), XsMessageType.GetFeature, "5|", "0\0"));
        Assert.Equal(["nodes", "watches"], await Ask(client.ListQuotasAsync(), XsMessageType.GetQuota, "", "nodes watches\0"));
        Assert.Equal(1000u, await Ask(client.GetQuotaAsync("nodes"), XsMessageType.GetQuota, "nodes|", "1000\0"));
        Assert.Equal(3u, await Ask(client.GetQuotaAsync("nodes", guest), XsMessageType.GetQuota, "5|nodes|", "3\0"));

        async Task<T> Ask<T>(ValueTask<T> call, XsMessageType type, string payload, string answer)
        {
            Assert.Equal(payload, await peer.AnswerAsync(type, answer));
            return await call;
        }
    }

    [Fact]
    public async Task Answer_ThatIsNotWhatTheRequestCallsFor_IsAnError()
    {
        var peer = new ClientScriptedPeer();
        await using var client = new StoreClient(peer);

        await Refuse(client.WriteAsync("/a", default).AsTask(), XsMessageType.Write, "OK");
        await Refuse(client.ListAsync("/a").AsTask(), XsMessageType.Directory, "unended");
        await Refuse(client.GetPermissionsAsync("/a").AsTask(), XsMessageType.GetPerms, "x5\0");
        await Refuse(client.IsIntroducedAsync(new(1)).AsTask(), XsMessageType.IsDomainIntroduced, "maybe\0");
        await Refuse(client.GetDomainPathAsync(new(1)).AsTask(), XsMessageType.GetDomainPath, "two\0strings\0");
        await Refuse(client.GetQuotaAsync("nodes").AsTask(), XsMessageType.GetQuota, "-1\0");
        await Refuse(client.GetQuotaAsync("nodes").AsTask(), XsMessageType.GetQuota, "");
        await Refuse(client.BeginAsync().AsTask(), XsMessageType.TransactionStart, "0\0");

        async Task Refuse(Task call, XsMessageType type, string answer)
        {
            await peer.AnswerAsync(type, answer);
            Assert.Equal(XsError.EIO, (await Assert.ThrowsAsync<StoreException>(() => call)).Error);
        }
    }

    [Fact]
    [Trait("Clause", "XS-054")]
    public async Task LongList_IsReadInParts_AndAgainWhenItChanges()
    {
        var peer = new ClientScriptedPeer();
        await using var client = new StoreClient(peer);
        var list = client.ListAsync("/a").AsTask();
        peer.Fail(await peer.NextAsync(XsMessageType.Directory), "E2BIG");
        Assert.Equal("/a|0|", await peer.AnswerAsync(XsMessageType.DirectoryPart, "7\0old\0"));
        Assert.Equal("/a|4|", await peer.AnswerAsync(XsMessageType.DirectoryPart, "8\0b\0\0"));
        Assert.Equal("/a|0|", await peer.AnswerAsync(XsMessageType.DirectoryPart, "8\0aa\0"));
        Assert.Equal("/a|3|", await peer.AnswerAsync(XsMessageType.DirectoryPart, "8\0b\0"));
        Assert.Equal("/a|5|", await peer.AnswerAsync(XsMessageType.DirectoryPart, "8\0\0"));
        Assert.Equal(["aa", "b"], await list);
    }

    [Theory]
    [Trait("Clause", "XS-054")]
    [InlineData("7", XsError.EIO)]
    [InlineData("7\0", XsError.EIO)]
    [InlineData("7\0a", XsError.EIO)]
    public async Task LongList_WithMalformedParts_IsAnError(string part, XsError expected)
    {
        var peer = new ClientScriptedPeer();
        await using var client = new StoreClient(peer);
        var list = client.ListAsync("/a").AsTask();
        peer.Fail(await peer.NextAsync(XsMessageType.Directory), "E2BIG");
        await peer.AnswerAsync(XsMessageType.DirectoryPart, part);
        Assert.Equal(expected, (await Assert.ThrowsAsync<StoreException>(() => list)).Error);
    }

    [Fact]
    [Trait("Clause", "XS-054")]
    public async Task LongList_EmptiedMeanwhile_IsEmpty_AndAStoreWithoutPartsSaysTooBig()
    {
        var peer = new ClientScriptedPeer();
        await using var client = new StoreClient(peer);
        var list = client.ListAsync("/a").AsTask();
        peer.Fail(await peer.NextAsync(XsMessageType.Directory), "E2BIG");
        await peer.AnswerAsync(XsMessageType.DirectoryPart, "7\0\0");
        Assert.Empty(await list);

        list = client.ListAsync("/a").AsTask();
        peer.Fail(await peer.NextAsync(XsMessageType.Directory), "E2BIG");
        peer.Fail(await peer.NextAsync(XsMessageType.DirectoryPart), "ENOSYS");
        Assert.Equal(XsError.E2BIG, (await Assert.ThrowsAsync<StoreException>(() => list)).Error);
    }

    [Theory]
    [InlineData("/", "a", "/a")]
    [InlineData("/a", "b", "/a/b")]
    [InlineData("", "b", "b")]
    [InlineData("/a", "", "/a")]
    public void Join_PutsOneSlashBetween(string directory, string name, string expected) =>
        Assert.Equal(expected, StorePath.Join(directory, name));

    [Fact]
    public async Task Connect_WhereNobodyListens_IsOneLine()
    {
        string path = Path.Combine(Path.GetTempPath(), $"none-{Guid.NewGuid():n}");
        var failure = await Assert.ThrowsAsync<IOException>(() => StoreClient.ConnectAsync(path));
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
        await Assert.ThrowsAsync<IOException>(() => StoreClient.ConnectAsync("/" + new string('x', 200)));
    }
}
