using Conformance.Model.Protocol;
using Conformance.Reference.Ports;

namespace Conformance.Suite.Block.Observed;

/// <summary>A domain's event channels that remember the ports made through them.</summary>
public sealed class ObservedEvents : IEventChannels
{
    private readonly IEventChannels inner;
    private readonly List<ObservedChannel> channels = [];

    internal ObservedEvents(IEventChannels inner) => this.inner = inner;

    /// <summary>Every port so far, closed ones too.</summary>
    public IReadOnlyList<ObservedChannel> Channels => channels;

    /// <inheritdoc/>
    public async ValueTask<EventChannelResult> AllocateUnboundAsync(DomainId remote) => Note(await inner.AllocateUnboundAsync(remote));

    /// <inheritdoc/>
    public async ValueTask<EventChannelResult> BindInterdomainAsync(DomainId remote, PortNumber remotePort) =>
        Note(await inner.BindInterdomainAsync(remote, remotePort));

    private EventChannelResult Note(EventChannelResult result)
    {
        if (result.Channel is null)
        {
            return result;
        }

        var channel = new ObservedChannel(result.Channel);
        channels.Add(channel);
        return result with { Channel = channel };
    }
}

/// <summary>One port that counts how often it was closed, and what was done with it afterwards.</summary>
public sealed class ObservedChannel : IEventChannel
{
    private readonly IEventChannel inner;

    internal ObservedChannel(IEventChannel inner) => this.inner = inner;

    /// <summary>How often its owner closed it.</summary>
    public int Closes { get; private set; }

    /// <summary>Signals by it after it was closed.</summary>
    public int LateSignals { get; private set; }

    /// <inheritdoc/>
    public PortNumber Port => inner.Port;

    /// <inheritdoc/>
    public ValueTask NotifyAsync()
    {
        if (Closes > 0)
        {
            LateSignals++;
            return default;
        }

        return inner.NotifyAsync();
    }

    /// <inheritdoc/>
    public ValueTask<bool> WaitAsync() => inner.WaitAsync();

    /// <inheritdoc/>
    public ValueTask CloseAsync()
    {
        Closes++;
        return Closes == 1 ? inner.CloseAsync() : default;
    }
}
