using Conformance.Model.Judging;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;
using Conformance.Suite.Targets;

namespace Conformance.Suite.Store;

/// <summary>What a case for a store daemon gets: the daemon's world, and sessions that write their exchange down.</summary>
public sealed class StoreContext : CaseContext
{
    private readonly List<StoreSession> sessions = [];
    private readonly string area;
    private int sockets;
    private StoreSession? toolStack;

    /// <summary>Made by the runner, one a run of a case.</summary>
    /// <param name="settings">Clause, seed, patience.</param>
    /// <param name="world">The daemon.</param>
    /// <param name="carrier">The one way this run goes over.</param>
    /// <param name="area">A node name that no other case uses in this daemon.</param>
    public StoreContext(CaseSettings settings, IStoreWorld world, Carriers carrier, string area)
        : base(settings)
    {
        World = world;
        Carrier = carrier;
        this.area = area;
    }

    /// <summary>The daemon and the hypervisor under it.</summary>
    public IStoreWorld World { get; }

    /// <summary>The one way this run goes over.</summary>
    public Carriers Carrier { get; }

    /// <inheritdoc/>
    protected override Blame UnderTest => Blame.Store;

    /// <summary>
    /// Opens a session over this run's carrier: a socket of domain 0, or a fresh guest's ring. The second value is an
    /// absolute path that does not exist yet and below which that session may do as it likes.
    /// </summary>
    public async Task<(StoreSession Session, string Area)> OpenAsync()
    {
        if (Carrier == Carriers.Socket)
        {
            return (await ConnectAsync(), $"/conformance/{area}");
        }

        var guest = await CreateGuestAsync();
        return (guest.Session, $"{guest.Home}/{area}");
    }

    /// <summary>Opens a socket session, as domain 0.</summary>
    public async Task<StoreSession> ConnectAsync() =>
        Own(new StoreSession($"dom0/{++sockets}", await World.ConnectAsync(Cancellation), Log, Patience, Cancellation));

    /// <summary>The session that creates and introduces guests; a socket of domain 0, opened when first asked for.</summary>
    public async Task<StoreSession> ToolStackAsync() =>
        toolStack ??= Own(new StoreSession("toolstack", await World.ConnectAsync(Cancellation), Log, Patience, Cancellation));

    /// <summary>Creates a domain that the store does not know.</summary>
    public async Task<IGuestDomain> CreateDomainAsync(DomainId? number = null)
    {
        var domain = await World.CreateDomainAsync(number, Cancellation);
        Log.Note($"dom{domain.Id}", "domain created");
        return domain;
    }

    /// <summary>Creates a domain, its home (owned by it, closed to others), and introduces it.</summary>
    public async Task<StoreGuest> CreateGuestAsync(DomainId? number = null)
    {
        var domain = await CreateDomainAsync(number);
        await CreateHomeAsync(domain.Id);
        return await IntroduceAsync(domain);
    }

    /// <summary>Creates the home of a domain as a tool stack does: owned by it, closed to others.</summary>
    public async Task CreateHomeAsync(DomainId domain)
    {
        var tools = await ToolStackAsync();
        await ExpectOkAsync(tools.WriteAsync($"/local/domain/{domain}", ""), "the tool stack creates a home");
        await ExpectOkAsync(tools.SetPermsAsync($"/local/domain/{domain}", $"n{domain}"), "the tool stack gives a home to its domain");
    }

    /// <summary>Introduces a domain and opens its session over the interface page.</summary>
    public async Task<StoreGuest> IntroduceAsync(IGuestDomain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        var tools = await ToolStackAsync();
        await ExpectOkAsync(tools.IntroduceAsync(domain.Id, domain.Frame, domain.Port), $"INTRODUCE of domain {domain.Id}");
        return new StoreGuest(domain, OpenRing(domain));
    }

    /// <summary>Opens a session over the page of a domain, introduced or not.</summary>
    public StoreSession OpenRing(IGuestDomain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        return Own(new StoreSession($"dom{domain.Id}", new GuestRing(domain.Page, domain.Line), Log, Patience, Cancellation));
    }

    /// <summary>Starts a transaction and returns its id.</summary>
    public async Task<uint> StartTransactionAsync(StoreSession session)
    {
        var reply = await ExpectOkAsync(session.StartTransactionAsync(), "TRANSACTION_START");
        return reply.Payload.Length > 1 && reply.Payload[^1] == 0
            && XsNumber.TryParse(reply.Payload.AsSpan()[..^1], uint.MaxValue, out ulong id) && id != 0
            ? (uint)id
            : throw Failure(new("XS", 110), "a non-zero unsigned decimal id with its NUL", reply.Summary);
    }

    /// <summary>
    /// Gives the daemon time without reading a clock: so many round trips of the tool stack, each of which takes the
    /// daemon through its main loop.
    /// </summary>
    public async Task SettleAsync(int rounds = 4)
    {
        var tools = await ToolStackAsync();
        for (int i = 0; i < rounds; i++)
        {
            await tools.RoundTripAsync();
        }
    }

    /// <summary>Fails unless the daemon runs and answers a connection opened now.</summary>
    /// <param name="clause">The clause that is broken when it does not.</param>
    /// <param name="after">What it went through, for the report.</param>
    public async Task ExpectServingAsync(string clause, string after)
    {
        Expect(clause, World.Death is null, $"a running daemon after {after}", World.Death ?? "");
        var other = await ConnectAsync();
        var reply = await other.AboutDomainAsync(XsMessageType.GetDomainPath, DomainId.Zero);
        Expect(clause, !reply.IsError, $"other connections served after {after}", reply.Summary);
    }

    /// <summary>Fails unless the reply is a success.</summary>
    /// <returns>The reply.</returns>
    public async Task<StoreMessage> ExpectOkAsync(Task<StoreMessage> request, string situation, string? clause = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        var reply = await request;
        Require(clause, !reply.IsError, $"success of {situation}", reply);
        return reply;
    }

    /// <summary>Fails unless the reply is exactly that error.</summary>
    public async Task ExpectErrorAsync(XsError error, Task<StoreMessage> request, string situation, string? clause = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        var reply = await request;
        Require(clause, reply.IsError && reply.Error == error, $"{error} for {situation}", reply);
    }

    /// <summary>Fails unless the reply is a success with exactly that payload.</summary>
    public async Task ExpectTextAsync(string text, Task<StoreMessage> request, string situation, string? clause = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        var reply = await request;
        Require(clause, !reply.IsError && reply.Text == text, $"{WireText.Quote(StorePayload.Raw(text))} for {situation}", reply);
    }

    /// <summary>Fails unless the events are exactly these, in this order.</summary>
    public void ExpectEvents(IReadOnlyList<StoreEvent> came, string situation, params ReadOnlySpan<StoreEvent> expected) =>
        Expect(came.SequenceEqual(expected.ToArray()), $"{Describe(expected.ToArray())} {situation}", Describe(came));

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        foreach (var session in sessions)
        {
            await session.DisposeAsync();
        }
    }

    private static string Describe(IReadOnlyCollection<StoreEvent> events) =>
        events.Count == 0 ? "no event" : "events " + string.Join(", ", events);

    private StoreSession Own(StoreSession session)
    {
        sessions.Add(session);
        return session;
    }

    private void Require(string? clause, bool condition, string expected, StoreMessage reply)
    {
        if (clause is null)
        {
            Expect(condition, expected, reply.Summary);
        }
        else
        {
            Expect(clause, condition, expected, reply.Summary);
        }
    }
}
