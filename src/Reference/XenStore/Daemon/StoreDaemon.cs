using Conformance.Reference.XenStore.Engine;

namespace Conformance.Reference.XenStore.Daemon;

/// <summary>
/// A store on a Unix socket, and on the rings of guests if it is given a hypervisor. One thread does everything, so the
/// order in which requests are served is the order of their effects. Members may be called from any thread.
/// </summary>
public sealed class StoreDaemon : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    private readonly StoreDaemonOptions _options;
    private readonly EventLoop _loop = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SocketPath _path;
    private readonly StoreEngine _engine;
    private readonly DaemonHost _host;
    private readonly SocketListener _listener;
    private readonly long _startedAt;

    private StoreDaemon(StoreDaemonOptions options, SocketPath path)
    {
        _options = options;
        _path = path;
        _startedAt = options.Time.GetTimestamp();
        _host = new DaemonHost(_loop, options.Guests);
        _engine = new StoreEngine(options.Settings, _host, options.Trace);
        _host.Engine = _engine;
        _listener = new SocketListener(_loop, _engine, path.Descriptor);
    }

    /// <summary>Where it listens.</summary>
    public string SocketPath => _options.SocketPath;

    /// <summary>Ends when the daemon has stopped and its socket is removed; faulted if the store itself failed.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Starts a daemon; when this returns, clients can connect.</summary>
    /// <param name="options">What it needs.</param>
    /// <param name="stop">Stops it, as <see cref="StopAsync"/> does.</param>
    /// <exception cref="SocketPathException">It cannot listen at that path.</exception>
    public static StoreDaemon Start(StoreDaemonOptions options, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var path = Daemon.SocketPath.Take(options.SocketPath);
        StoreDaemon daemon;
        try
        {
            daemon = new StoreDaemon(options, path);
        }
        catch
        {
            path.Dispose();
            throw;
        }

        new Thread(daemon.Run) { Name = "xenstore", IsBackground = true }.Start(stop);
        return daemon;
    }

    /// <summary>Does something with the store on its own thread, soon. A failure in it ends the daemon.</summary>
    public void Post(Action<StoreEngine> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        _loop.Post(_ => work(_engine), null);
    }

    /// <summary>Asks the store something on its own thread; a failure is the caller's.</summary>
    /// <exception cref="ObjectDisposedException">The daemon stopped before the answer.</exception>
    public async Task<T> InvokeAsync<T>(Func<StoreEngine, T> question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(engine =>
        {
            try
            {
                answer.SetResult(question(engine));
            }
            catch (Exception exception)
            {
                answer.SetException(exception);
            }
        });

        await Task.WhenAny(answer.Task, Completion).ConfigureAwait(false);
        ObjectDisposedException.ThrowIf(!answer.Task.IsCompleted, this);
        return await answer.Task.ConfigureAwait(false);
    }

    /// <summary>Stops: closes every client, removes the socket, and waits for that.</summary>
    public Task StopAsync()
    {
        _loop.Stop();
        return Completion;
    }

    /// <summary>Stops; a failure of the store is told by <see cref="Completion"/> alone.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Run(object? stop)
    {
        Action domainsChanged = () => Post(engine => engine.DomainsChanged());
        using var timer = _options.Time.CreateTimer(_ => Post(OnTick), null, Tick, Tick);
        using var registration = ((CancellationToken)stop!).UnsafeRegister(loop => ((EventLoop)loop!).Stop(), _loop);
        if (_options.Guests is not null)
        {
            _options.Guests.DomainsChanged += domainsChanged;
        }

        var failure = FailureOf(_loop.Run);
        if (_options.Guests is not null)
        {
            _options.Guests.DomainsChanged -= domainsChanged;
        }

        End(failure);
    }

    private static Exception? FailureOf(Action work)
    {
        try
        {
            work();
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private void End(Exception? failure)
    {
        // Each is done even if the one before failed, and the first failure is the one to tell.
        var rings = FailureOf(_host.DetachAll);
        var sockets = FailureOf(_listener.CloseClients);
        var path = FailureOf(_path.Dispose);
        failure ??= rings ?? sockets ?? path;
        _loop.Dispose();
        if (failure is null)
        {
            _completion.SetResult();
        }
        else
        {
            _completion.SetException(failure);
        }
    }

    private void OnTick(StoreEngine engine)
    {
        engine.Elapse(_options.Time.GetElapsedTime(_startedAt));
        _listener.Retry();
    }
}
