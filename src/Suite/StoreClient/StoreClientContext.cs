using System.Globalization;
using System.Text;
using Conformance.Model.Judging;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Client;
using Conformance.Suite.Cases;
using Conformance.Suite.StoreClient.Script;
using Conformance.Suite.Targets;

namespace Conformance.Suite.StoreClient;

/// <summary>What a case for a store client gets: clients of the target, and scripted stores to put them before.</summary>
public sealed class StoreClientContext : CaseContext
{
    private readonly IStoreClientTarget target;
    private readonly List<ScriptedStore> stores = [];
    private readonly List<Task<IClientUnderTest>> clients = [];
    private readonly List<Gate> gates = [];
    private readonly CancellationTokenSource ended;

    /// <summary>Made by the runner, one a run of a case.</summary>
    public StoreClientContext(CaseSettings settings, IStoreClientTarget target, Carriers carrier)
        : base(settings)
    {
        this.target = target;
        Carrier = carrier;
        ended = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
    }

    /// <summary>The one way this run goes over.</summary>
    public Carriers Carrier { get; }

    /// <summary>What happened in which order, watch callbacks among it.</summary>
    public Journal Journal { get; } = new();

    /// <inheritdoc/>
    protected override Blame UnderTest => Blame.Client;

    /// <summary>Makes a store over this run's carrier.</summary>
    /// <param name="plan">How the client finds its page; ignored over a stream.</param>
    public async Task<ScriptedStore> CreateStoreAsync(RingPlan? plan = null)
    {
        string name = $"store/{stores.Count + 1}";
        var store = Carrier == Carriers.Ring
            ? await ScriptedStore.OverRingAsync(name, plan ?? new RingPlan(), Log, Patience, Cancellation)
            : ScriptedStore.OverStream(name, Log, Patience, Cancellation);
        stores.Add(store);
        return store;
    }

    /// <summary>Begins to attach a client to a store.</summary>
    public Task<IClientUnderTest> AttachAsync(ScriptedStore store, bool afterCrash = false)
    {
        ArgumentNullException.ThrowIfNull(store);
        var client = target.AttachAsync(store.Wire, afterCrash, ended.Token).AsTask();
        clients.Add(client);
        return client;
    }

    /// <summary>Makes a store and a client that is attached to it.</summary>
    public async Task<(IClientUnderTest Client, ScriptedStore Store)> OpenAsync(RingPlan? plan = null)
    {
        var store = await CreateStoreAsync(plan);
        return (await ResultAsync(AttachAsync(store), "attaching"), store);
    }

    /// <summary>Makes a gate.</summary>
    public Gate CreateGate()
    {
        var gate = new Gate();
        gates.Add(gate);
        return gate;
    }

    /// <summary>Makes a callback that does <paramref name="body"/>, by default nothing, besides being seen.</summary>
    public WatchProbe CreateProbe(string path, Func<string, Task>? body = null) =>
        new(path, Journal, body ?? (_ => Task.CompletedTask));

    /// <summary>Registers a watch at a store that accepts it.</summary>
    /// <returns>The watch, and the token that the client chose.</returns>
    public async Task<(IClientWatch Watch, string Token)> WatchAsync(IClientUnderTest client, ScriptedStore store, WatchProbe probe)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(probe);
        var registering = client.WatchAsync(probe.Path, probe.RunAsync, Cancellation);
        var request = await store.AnswerAsync(XsMessageType.Watch, "OK\0");
        string token = TokenOf(request, probe.Path);
        return (await ResultAsync(registering, $"the watch on {probe.Path}"), token);
    }

    /// <summary>The token of a WATCH or UNWATCH, which must name that path.</summary>
    public string TokenOf(StoreRequest request, string path)
    {
        ArgumentNullException.ThrowIfNull(request);
        Expect(request.Strings.Count == 2 && request.Strings[0] == path, $"{request.Type} of {path} and a token", request.ToString());
        return request.Strings[1];
    }

    /// <summary>The path of the next call of a watch's callback, which must come.</summary>
    public Task<string> NextCallAsync(WatchProbe probe, string situation)
    {
        ArgumentNullException.ThrowIfNull(probe);
        return ResultAsync(probe.Calls.ReadAsync(Cancellation).AsTask(), $"a call of the callback for {probe.Path} {situation}");
    }

    /// <summary>Reads a node through the client and answers it: whatever was sent before has been seen by the client then.</summary>
    public async Task RoundTripAsync(IClientUnderTest client, ScriptedStore store, string situation, string value = "here")
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(store);
        var reading = client.ReadAsync("round/trip", Cancellation);
        await store.AnswerAsync(XsMessageType.Read, value);
        await ExpectValueAsync(value, reading, $"a read {situation}");
    }

    /// <summary>Fails unless the read gives that value.</summary>
    public async Task ExpectValueAsync(string value, Task<byte[]> reading, string situation)
    {
        string came = Encoding.Latin1.GetString(await ResultAsync(reading, situation));
        Expect(came == value, $"\"{Shorten(value)}\" from {situation}", $"\"{Shorten(came)}\"");
    }

    /// <summary>Fails unless the call ends well.</summary>
    public async Task<T> ResultAsync<T>(Task<T> call, string situation)
    {
        await DoneAsync(call, situation);
        return await call;
    }

    /// <summary>Fails unless the call ends well.</summary>
    public async Task DoneAsync(Task call, string situation)
    {
        if (await EndAsync(call, situation) is { } failure)
        {
            throw Judge($"success of {situation}", Describe(failure));
        }
    }

    /// <summary>Fails unless the call ends with that error.</summary>
    public async Task ExpectErrorAsync(XsError error, Task call, string situation)
    {
        var failure = await EndAsync(call, situation);
        if (failure is not StoreException refused || refused.Error != error)
        {
            throw Judge($"{error} from {situation}", failure is null ? "success" : Describe(failure));
        }
    }

    /// <summary>Fails unless the call ends with an I/O error.</summary>
    public async Task ExpectBrokenAsync(Task call, string situation)
    {
        var failure = await EndAsync(call, situation);
        if (failure is not IOException)
        {
            throw Judge($"an I/O error from {situation}", failure is null ? "success" : Describe(failure));
        }
    }

    /// <summary>Waits for a call to end, whichever way.</summary>
    /// <returns>How it failed; null when it did not.</returns>
    /// <exception cref="CaseOutcome">It did not end within the patience.</exception>
    public async Task<Exception?> EndAsync(Task call, string situation)
    {
        ArgumentNullException.ThrowIfNull(call);
        try
        {
            await Task.WhenAny(call).WaitAsync(Patience, Cancellation);
        }
        catch (TimeoutException)
        {
            throw Judge($"an end of {situation}", string.Create(CultureInfo.InvariantCulture, $"none within {Patience.TotalSeconds:0.###} s"));
        }

        ThrowIfBreached();
        return call.IsCanceled ? new TaskCanceledException(call) : call.Exception?.InnerException;
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        gates.ForEach(gate => gate.Open());
        await ended.CancelAsync();
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }

        foreach (var client in clients)
        {
            try
            {
                await (await client).DisposeAsync();
            }
            catch (Exception failure) when (failure is IOException or OperationCanceledException)
            {
                // One that never attached has nothing to release.
            }
        }

        ended.Dispose();
    }

    /// <summary>Fails the case for what a client did to a page, if it did something.</summary>
    internal void ThrowIfBreached()
    {
        if (stores.Find(store => store.Breach is not null) is { } breached)
        {
            throw breached.Breach!;
        }
    }

    /// <summary>A breach on the page explains what follows from it.</summary>
    private CaseOutcome Judge(string expected, string came) =>
        stores.Find(store => store.Breach is not null)?.Breach ?? Failure(expected, came);

    private static string Describe(Exception failure) => failure switch
    {
        StoreException refused => $"{refused.Error}",
        _ => $"{failure.GetType().Name}: {failure.Message}",
    };

    private static string Shorten(string text) => text.Length <= 80 ? text : $"{text[..80]}… ({text.Length} bytes)";
}
