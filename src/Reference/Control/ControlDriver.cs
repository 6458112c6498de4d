using System.Text;
using Conformance.Model.Protocol.Control;
using Conformance.Model.Trace;
using Conformance.Reference.Deviations;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.Ports;
using Conformance.Reference.XenBus;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Reference.Control;

/// <summary>
/// Does in a guest what the tool stack asks for: end, start again, stand still (CT family). One command at a time; a
/// suspend runs beside the watch thread, which must deliver what the devices wait for afterwards (CT-009).
/// </summary>
public sealed class ControlDriver
{
    private readonly IDomain _domain;
    private readonly IPlatform _platform;
    private readonly ControlSettings _settings;
    private readonly IReadOnlyList<DeviceBus> _buses;
    private readonly ConnectionPath _path;
    private readonly SuspendSequence _suspend;
    private readonly SuspendChannel _channel;

    /// <summary>Makes a driver that has not started.</summary>
    /// <param name="domain">The guest.</param>
    /// <param name="platform">The machine below it.</param>
    /// <param name="settings">The operating system around it.</param>
    /// <param name="buses">Its devices, in the order in which they are suspended; started by then.</param>
    public ControlDriver(IDomain domain, IPlatform platform, ControlSettings settings, params IEnumerable<DeviceBus> buses)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(platform);
        ArgumentNullException.ThrowIfNull(settings);
        _domain = domain;
        _platform = platform;
        _settings = settings;
        _buses = [.. buses];
        _path = new ConnectionPath(domain, $"dom{domain.Id}/control", settings.Plan, settings.Die);
        _suspend = new SuspendSequence(platform, settings, _buses, _path);
        _channel = new SuspendChannel(domain, () => Begin(ShutdownCommand.Suspend));
    }

    /// <summary>The command that is being carried out.</summary>
    public ShutdownCommand Current { get; private set; }

    /// <summary>How the last suspend ended; null before the first has.</summary>
    public SuspendOutcome? LastSuspend { get; private set; }

    /// <summary>How many suspends have ended.</summary>
    public int Suspends { get; private set; }

    /// <summary>Begins to listen, and says what it can do.</summary>
    public async ValueTask StartAsync()
    {
        await _domain.Store.WatchAsync(new StoreWatch(ControlNodes.Shutdown, _ => OnCommandAsync()));
        await _domain.Store.WatchAsync(new StoreWatch(ControlNodes.SysRq, _ => OnKeyAsync()));
        await AnnounceAsync();
    }

    private static ShutdownReason ReasonFor(ShutdownCommand command) => command switch
    {
        ShutdownCommand.Reboot => ShutdownReason.Reboot,
        ShutdownCommand.Crash => ShutdownReason.Crash,
        _ => ShutdownReason.PowerOff,
    };

    private async ValueTask AnnounceAsync()
    {
        try
        {
            await _path.TakeAsync(ControlStep.Announce, "the guest's features", WriteFeaturesAsync);
        }
        catch (DeviceFailure)
        {
            // Commands are obeyed whether it was said or not (CT-006).
        }
    }

    private async ValueTask WriteFeaturesAsync()
    {
        foreach (string feature in (string[])[ControlNodes.FeaturePowerOff, ControlNodes.FeatureReboot, ControlNodes.FeatureSuspend])
        {
            try
            {
                await _domain.Store.WriteAsync(feature, "1"u8.ToArray());
            }
            catch (StoreException)
            {
                // A tool stack need not have made these nodes; commands are obeyed all the same (CT-006).
            }
        }

        if (_settings.OffersSuspendChannel)
        {
            await _channel.OfferAsync();
        }
    }

    private async ValueTask OnCommandAsync()
    {
        if (Current == ShutdownCommand.None)
        {
            Begin(ShutdownCommands.Parse(await ConsumeAsync(
                ControlNodes.Shutdown, static text => ShutdownCommands.Parse(text) != ShutdownCommand.None)));
        }
    }

    private async ValueTask OnKeyAsync()
    {
        var text = Encoding.UTF8.GetString(await ConsumeAsync(ControlNodes.SysRq, static text => text.Length > 0));
        if (text.Length > 0)
        {
            _settings.PressKey?.Invoke(text[0]);
        }
    }

    /// <summary>
    /// Reads a node and empties it in one transaction, if what is there is for this driver: nothing that is written
    /// meanwhile is lost or acknowledged unread (CT-003, CT-004).
    /// </summary>
    /// <returns>What was read; empty when it was not acknowledged.</returns>
    private async ValueTask<byte[]> ConsumeAsync(string node, Func<byte[], bool> isForUs)
    {
        try
        {
            return await _domain.Store.InTransactionAsync(async transaction =>
            {
                var text = await _domain.Store.FindAsync(node, transaction) ?? [];
                if (!isForUs(text))
                {
                    return [];
                }

                await _domain.Store.WriteAsync(node, ReadOnlyMemory<byte>.Empty, transaction);
                return text;
            });
        }
        catch (StoreException)
        {
            // Not to be read or not to be written: nobody could be asking for anything (CT-002).
            return [];
        }
    }

    private void Begin(ShutdownCommand command)
    {
        // Two ways lead here, and the other may have been faster (CT-007).
        if (command != ShutdownCommand.None && Current == ShutdownCommand.None)
        {
            Current = command;
            _domain.Fibers.Start($"control {command.Word()}", () => ObeyAsync(command));
        }
    }

    /// <summary>Carries a command out. A guest that fails in the middle of it, as a plan may want, has crashed.</summary>
    private async ValueTask ObeyAsync(ShutdownCommand command)
    {
        try
        {
            await _path.TakeAsync(ControlStep.TakeCommand, command.Word(), static () => default);
            await (command == ShutdownCommand.Suspend ? SuspendAsync() : EndAsync(command));
        }
        catch (DeviceFailure)
        {
            await _platform.ShutdownAsync(ShutdownReason.Crash);
        }
    }

    private async ValueTask SuspendAsync()
    {
        LastSuspend = await _suspend.RunAsync();
        Suspends++;
        if (LastSuspend == SuspendOutcome.Moved)
        {
            await AnnounceAsync();
        }

        Current = ShutdownCommand.None;
    }

    private async ValueTask EndAsync(ShutdownCommand command)
    {
        if (command != ShutdownCommand.Crash)
        {
            await _path.TakeAsync(ControlStep.End, command.Word(), () => StopAllAsync(command));
        }

        await _path.TakeAsync(ControlStep.Shutdown, command.Word(), () => _platform.ShutdownAsync(ReasonFor(command)));
    }

    private async ValueTask StopAllAsync(ShutdownCommand command)
    {
        if (_settings.End is { } end)
        {
            await end(command);
        }

        foreach (var bus in _buses)
        {
            await bus.StopAsync();
        }
    }
}
