using Conformance.Model.Protocol.XenStore;
using Conformance.Model.Trace;
using Conformance.Reference.XenStore.Engine;

namespace Conformance.Tests.Unit.Store.Engine;

public class TraceTests
{
    [Fact]
    public void EveryRequest_IsOneStep_WithItsEffectsAfterIt()
    {
        var trace = new Recorder();
        using var store = new Store(trace: trace);
        store.Control.Watch("/a", "tok");
        store.Control.Receive();
        trace.Lines.Clear();
        store.Control.Send(XsMessageType.Write, "/a\0v");
        Assert.Equal(
            ["dom0/1 W /a OK op=Write id=102 length=1 value=v", "store EQ /a OK to=dom0/1 token=tok"], trace.Lines);
        store.Connect();
        store.Control.Send(XsMessageType.Write, "/a\0w");
        Assert.Equal("store DROP /a Merged to=dom0/1 token=tok", trace.Lines[^1]);
        store.Control.Receive();
        Assert.Equal("store DV /a OK to=dom0/1 token=tok", trace.Lines[^1]);
    }

    [Theory]
    [InlineData(XsMessageType.Read, "/a\0", 0, "dom0/1 R /a value op=Read id=100")]
    [InlineData(XsMessageType.Read, "/b\0", 0, "dom0/1 R /b ENOENT op=Read id=100")]
    [InlineData(XsMessageType.Read, "/a\0", 1, "dom0/1 TR /a value op=Read tx=1 id=100")]
    [InlineData(XsMessageType.Directory, "/\0", 0, "dom0/1 R / a op=Directory id=100")]
    [InlineData(XsMessageType.GetPerms, "/a\0", 1, "dom0/1 TR /a n0 op=GetPerms tx=1 id=100")]
    [InlineData(XsMessageType.Write, "/a\0xy", 1, "dom0/1 TW /a OK op=Write tx=1 id=100 length=2 value=xy")]
    [InlineData(XsMessageType.Mkdir, "/c\0", 0, "dom0/1 W /c OK op=Mkdir id=100")]
    [InlineData(XsMessageType.SetPerms, "/a\0r0\0b0\0", 0, "dom0/1 W /a OK op=SetPerms id=100 perms=r0 b0")]
    [InlineData(XsMessageType.Rm, "/a\0", 0, "dom0/1 D /a OK op=Rm id=100")]
    [InlineData(XsMessageType.Rm, "/a\0", 1, "dom0/1 TW /a OK op=Rm tx=1 id=100")]
    [InlineData(XsMessageType.TransactionStart, "\0", 0, "dom0/1 TS  2 op=TransactionStart id=100")]
    [InlineData(XsMessageType.TransactionEnd, "T\0", 1, "dom0/1 TE  OK op=TransactionEnd tx=1 id=100 what=T")]
    [InlineData(XsMessageType.Unwatch, "/a\0t\0", 0, "dom0/1 UN /a ENOENT op=Unwatch id=100 token=t")]
    [InlineData(XsMessageType.Watch, "/a\0", 0, "dom0/1 WA /a EINVAL op=Watch id=100")]
    [InlineData(XsMessageType.ResetWatches, "\0", 0, "dom0/1 RES  OK op=ResetWatches id=100")]
    [InlineData(XsMessageType.Control, "check\0", 0, "dom0/1 AD  OK op=Control id=100 what=check")]
    [InlineData(XsMessageType.GetDomainPath, "5\0", 0, "dom0/1 AD 5 OK op=GetDomainPath id=100")]
    [InlineData((XsMessageType)99, "", 0, "dom0/1 BAD  ENOSYS op=99 id=100")]
    [InlineData(XsMessageType.Restrict, "5\0", 0, "dom0/1 BAD 5 ENOSYS op=Restrict id=100")]
    public void Step_NamesWhatWasAsked(XsMessageType type, string payload, uint tx, string expected)
    {
        var trace = new Recorder();
        var host = new FakeHost();
        var engine = new StoreEngine(new StoreSettings(), host, trace);
        var connection = engine.Connect();
        void Send(XsMessageType what, string text, uint id) => engine.Process(
            connection, new XsHeader(what, 100, id, (uint)text.Length), System.Text.Encoding.Latin1.GetBytes(text));
        Send(XsMessageType.Write, "/a\0value", 0);
        Send(XsMessageType.TransactionStart, "\0", 0);
        trace.Lines.Clear();
        Send(type, payload, tx);
        Assert.Equal(expected, trace.Lines[0]);
    }

    [Fact]
    public void Connections_AndDomains_AreSteps()
    {
        var trace = new Recorder();
        using var store = new Store(trace: trace);
        Assert.Equal("store CN  OK to=dom0/1", trace.Lines[0]);
        var guest = store.Guest(5);
        Assert.Contains("store CN  OK to=dom5", trace.Lines);
        trace.Lines.Clear();
        store.Engine.Reset(guest.Connection);
        store.Engine.Abandon(guest.Connection);
        Assert.Equal(["store RES  OK to=dom5", "store DC  OK to=dom5"], trace.Lines);
        trace.Lines.Clear();
        store.Host.Set(5, DomainLife.Shutdown);
        store.Engine.DomainsChanged();
        store.Host.End(5);
        store.Engine.DomainsChanged();
        Assert.Equal(["store DSH 5 OK incarnation=1", "store DIE 5 OK incarnation=1", "store DC  OK to=dom5"], trace.Lines);
        trace.Lines.Clear();
        var socket = store.Connect();
        store.Engine.Close(socket.Connection);
        Assert.Equal(["store CN  OK to=dom0/2", "store DC  OK to=dom0/2"], trace.Lines);
        store.Guest(6);
        trace.Lines.Clear();
        store.Introduce(6);
        Assert.Contains("store RES  OK to=dom6", trace.Lines);
    }

    [Fact]
    public void EventsThatAreNotSent_AreDrops()
    {
        var trace = new Recorder();
        using var store = new Store(trace: trace);
        var guest = store.Guest(5);
        string token = new('t', 4080);
        guest.WatchQuietly("a", token);
        guest.Write("a/1234567890123456", "");
        Assert.Contains(trace.Lines, line => line.StartsWith("store DROP /local/domain/5/a/1234567890123456 TooLong", StringComparison.Ordinal)
            || line.StartsWith("store DROP a/1234567890123456 TooLong", StringComparison.Ordinal));
        store.Control.Ask(XsMessageType.SetQuota, "5\0memory\0" + "1\0");
        store.Control.Write("/local/domain/5/a", "v");
        Assert.Contains(trace.Lines, line => line.StartsWith("store DROP a Refused", StringComparison.Ordinal));
    }

    private sealed class Recorder : ITraceSink
    {
        public List<string> Lines { get; } = [];

        public void Record(string actor, int generation, string step, string subject, string result, params ReadOnlySpan<KeyValuePair<string, string>> arguments)
        {
            string line = $"{actor} {step} {subject} {result}";
            foreach (var argument in arguments)
            {
                line += $" {argument.Key}={argument.Value}";
            }

            Lines.Add(line);
        }
    }
}
