using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Conformance.Adapters.SoftwareXen;

/// <summary>How a daemon ended.</summary>
/// <param name="ExitCode">Its exit status; 128 and more when a signal ended it.</param>
public readonly record struct DaemonEnd(int ExitCode)
{
    /// <summary>The signal that ended it, or null.</summary>
    public int? Signal => ExitCode > 128 ? ExitCode - 128 : null;

    /// <inheritdoc/>
    public override string ToString() => Signal switch
    {
        null => $"exit status {ExitCode}",
        6 => "signal 6 (SIGABRT)",
        9 => "signal 9 (SIGKILL)",
        11 => "signal 11 (SIGSEGV)",
        15 => "signal 15 (SIGTERM)",
        int other => $"signal {other}",
    };
}

/// <summary>A XenStore daemon that runs as a process of its own under software Xen.</summary>
public abstract partial class StoreDaemonProcess : IAsyncDisposable
{
    private const int LogLinesKept = 2000;
    private const int ConnectTimeoutMs = 10_000;

    private readonly InstanceDirectory _directory;
    private readonly Process _process;
    private readonly Queue<string> _log = new();
    private readonly Task<DaemonEnd> _ended;
    private bool _stopping;

    /// <summary>Starts the program; <see cref="ReadyAsync"/> waits for it.</summary>
    private protected StoreDaemonProcess(InstanceDirectory directory, ProcessStartInfo start)
    {
        _directory = directory;
        start.RedirectStandardError = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardInput = true;
        start.WorkingDirectory = directory.Path;
        start.Environment["LD_PRELOAD"] = PreloadLibrary.Require();
        start.Environment["CONFORMANCE_XEN_INSTANCE"] = directory.Path;
        // These would lead the daemon or its libraries to the machine's own store.
        foreach (string name in (string[])["XENSTORED_PATH", "XENSTORED_RUNDIR", "XENSTORED_ROOTDIR"])
        {
            start.Environment.Remove(name);
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Log(line.Data);
        _process.ErrorDataReceived += (_, line) => Log(line.Data);
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _ended = EndAsync();
    }

    /// <summary>The daemon's file name, such as <c>oxenstored</c>.</summary>
    public string Program => Path.GetFileName(_process.StartInfo.FileName);

    /// <summary>The path of its socket, for any client on this machine.</summary>
    public string SocketPath => _directory.StoreSocket;

    /// <summary>Its process number.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Completes when the daemon has ended, for whatever reason.</summary>
    public Task<DaemonEnd> Ended => _ended;

    /// <summary>How the daemon ended without having been stopped, or null.</summary>
    public DaemonEnd? Died => _ended.IsCompletedSuccessfully && !_stopping ? _ended.Result : null;

    /// <summary>The signal that asks it to end in order, or null when only SIGKILL ends it for sure.</summary>
    private protected abstract int? StopSignal { get; }

    /// <summary>Waits until the daemon takes connections at its socket.</summary>
    /// <exception cref="InvalidOperationException">It ended before; the message has its last words.</exception>
    public async Task ReadyAsync(SoftwareHypervisor hypervisor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(hypervisor);
        Task listening = hypervisor.WaitForListenerAsync(SocketPath, cancellation);
        if (await Task.WhenAny(listening, _ended).ConfigureAwait(false) == _ended)
        {
            DaemonEnd end = await _ended.ConfigureAwait(false);
            throw new InvalidOperationException($"{Program} ended at its start with {end}: {Evidence().ReplaceLineEndings(" ").Trim()}");
        }

        await listening.ConfigureAwait(false);
    }

    /// <summary>Opens a connection of domain 0.</summary>
    /// <exception cref="SocketException">The daemon is dead, or did not take the connection within ten seconds.</exception>
    public Stream Connect()
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { SendTimeout = ConnectTimeoutMs };
        try
        {
            // The daemons queue one connection only; a connect that does not block would fail with EAGAIN beyond it.
            socket.Connect(new UnixDomainSocketEndPoint(SocketPath));
            socket.SendTimeout = 0;
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>What the daemon said: its output, its log file, and how it ended.</summary>
    public string Evidence()
    {
        StringBuilder text = new();
        lock (_log)
        {
            text.AppendJoin('\n', _log);
        }

        foreach (string file in Directory.Exists(_directory.In("var/log/xen")) ? Directory.GetFiles(_directory.In("var/log/xen")) : [])
        {
            text.Append('\n').Append(File.ReadAllText(file));
        }

        if (Died is { } end)
        {
            text.Append('\n').Append(Program).Append(" ended with ").Append(end);
        }

        return text.ToString().Trim();
    }

    /// <summary>Ends the daemon with SIGKILL, as a failure of its own would.</summary>
    public void Kill() => _process.Kill();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _stopping = !_ended.IsCompleted;
        if (_stopping && StopSignal is { } signal)
        {
            _ = SendSignal(_process.Id, signal);
            await Task.WhenAny(_ended, Task.Delay(TimeSpan.FromSeconds(2))).ConfigureAwait(false);
        }

        if (!_ended.IsCompleted)
        {
            _process.Kill();
        }

        await _ended.ConfigureAwait(false);
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);

    private async Task<DaemonEnd> EndAsync()
    {
        await _process.WaitForExitAsync().ConfigureAwait(false);
        return new DaemonEnd(_process.ExitCode);
    }

    private void Log(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_log)
        {
            if (_log.Count == LogLinesKept)
            {
                _log.Dequeue();
            }

            _log.Enqueue(line);
        }
    }
}
