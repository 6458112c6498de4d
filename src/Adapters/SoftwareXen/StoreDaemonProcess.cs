using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Conformance.Adapters.SoftwareXen;

/// <summary>A XenStore daemon that runs as a process of its own under software Xen.</summary>
public abstract partial class StoreDaemonProcess : IAsyncDisposable
{
    private const int LogLinesKept = 2000;
    private const int ConnectTimeoutMs = 10_000;
    private const uint ExitingFlag = 0x4;

    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(5);

    private readonly InstanceDirectory directory;
    private readonly Process process;
    private readonly Queue<string> log = new();
    private readonly Task<DaemonEnd> ended;
    private bool stopping;

    /// <summary>Starts the program; <see cref="ReadyAsync"/> waits for it.</summary>
    private protected StoreDaemonProcess(InstanceDirectory directory, ProcessStartInfo start)
    {
        this.directory = directory;
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

        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Log(line.Data);
        process.ErrorDataReceived += (_, line) => Log(line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        ended = EndAsync();
    }

    /// <summary>The daemon's file name, such as <c>oxenstored</c>.</summary>
    public string Program => Path.GetFileName(process.StartInfo.FileName);

    /// <summary>The path of its socket, for any client on this machine.</summary>
    public string SocketPath => directory.StoreSocket;

    /// <summary>Its process number.</summary>
    public int ProcessId => process.Id;

    /// <summary>Completes when the daemon has ended, for whatever reason.</summary>
    public Task<DaemonEnd> Ended => ended;

    /// <summary>How the daemon ended without having been stopped, or null.</summary>
    public DaemonEnd? Died
    {
        get
        {
            // A client sees the end of its stream before the exit status is there; then the status is a moment away.
            if (!ended.IsCompleted && IsExiting())
            {
                ended.Wait(ExitPatience);
            }

            return ended.IsCompletedSuccessfully && !stopping ? ended.Result : null;
        }
    }

    /// <summary>The signal that asks it to end in order, or null when only SIGKILL ends it for sure.</summary>
    private protected abstract int? StopSignal { get; }

    /// <summary>Waits until the daemon takes connections at its socket.</summary>
    /// <exception cref="IOException">It ended before; the message has its last words.</exception>
    public async Task ReadyAsync(SoftwareHypervisor hypervisor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(hypervisor);
        Task listening = hypervisor.WaitForListenerAsync(SocketPath, cancellation);
        if (await Task.WhenAny(listening, ended) == ended)
        {
            DaemonEnd end = await ended;
            throw new IOException($"{Program} ended at its start with {end}: {LastWords()}");
        }

        await listening;
    }

    /// <summary>Opens a connection of domain 0.</summary>
    /// <exception cref="IOException">The daemon is dead, or did not take the connection within ten seconds.</exception>
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
        catch (SocketException refused)
        {
            socket.Dispose();
            throw new IOException($"{Program} does not take a connection: {refused.Message}", refused);
        }
    }

    /// <summary>What the daemon said last on its output; one line.</summary>
    public string LastWords()
    {
        lock (log)
        {
            return log.LastOrDefault(line => line.Length > 0) ?? "it said nothing";
        }
    }

    /// <summary>All that the daemon said: its output and its log file.</summary>
    public string Evidence()
    {
        StringBuilder text = new();
        lock (log)
        {
            text.AppendJoin('\n', log);
        }

        foreach (string file in Directory.Exists(directory.In("var/log/xen")) ? Directory.GetFiles(directory.In("var/log/xen")) : [])
        {
            text.Append('\n').Append(File.ReadAllText(file));
        }

        return text.ToString().Trim();
    }

    /// <summary>Ends the daemon with SIGKILL, as a failure of its own would.</summary>
    public void Kill() => process.Kill();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        stopping = !ended.IsCompleted;
        if (stopping && StopSignal is { } signal)
        {
            _ = SendSignal(process.Id, signal);
            await Task.WhenAny(ended, Task.Delay(TimeSpan.FromSeconds(2)));
        }

        if (!ended.IsCompleted)
        {
            process.Kill();
        }

        await ended;
        process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);

    /// <summary>Whether the kernel is taking the process down: <c>PF_EXITING</c>, which is set before its files are closed.</summary>
    private bool IsExiting()
    {
        try
        {
            string status = File.ReadAllText($"/proc/{process.Id}/stat");
            // The name in the second field may have blanks; the flags are the seventh field behind it.
            string[] fields = status[(status.LastIndexOf(')') + 2)..].Split(' ');
            return (uint.Parse(fields[6], CultureInfo.InvariantCulture) & ExitingFlag) != 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private async Task<DaemonEnd> EndAsync()
    {
        await process.WaitForExitAsync();
        return new DaemonEnd(process.ExitCode);
    }

    private void Log(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (log)
        {
            if (log.Count == LogLinesKept)
            {
                log.Dequeue();
            }

            log.Enqueue(line);
        }
    }
}
