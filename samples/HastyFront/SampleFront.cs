using System.Globalization;
using System.Text;
using Conformance.Exploration.Scenarios;
using Conformance.Model.Protocol;
using Conformance.Reference.Ports;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Samples.HastyFront;

/// <summary>
/// A front such as somebody else may write: it knows nothing of the reference but <see cref="IDomain"/>, and comes up to
/// Connected with a ring of one page. docs/explore-your-driver.md explains it.
/// </summary>
public abstract class SampleFront : FrontExperiment
{
    /// <inheritdoc/>
    protected override async ValueTask DriveAsync(IDomain domain, string node) => await ConnectAsync(domain, node);

    /// <summary>Comes up to Connected.</summary>
    /// <returns>What it holds then.</returns>
    protected async ValueTask<SampleConnection> ConnectAsync(IDomain domain, string node)
    {
        ArgumentNullException.ThrowIfNull(domain);
        string back = await ReadAsync(domain, $"{node}/backend");
        var peer = new DomainId(ushort.Parse(await ReadAsync(domain, $"{node}/backend-id"), CultureInfo.InvariantCulture));
        await WaitForBackAsync(domain, back, "2");
        var page = await domain.Memory.AllocateAsync() ?? throw new InvalidOperationException("expected a free page, got none");
        var ring = await domain.Grants.GrantAsync(peer, page, GrantAccess.ReadWrite);
        var port = (await domain.Events.AllocateUnboundAsync(peer)).Channel ?? throw new InvalidOperationException("expected a free port, got none");
        await WriteAsync(domain, $"{node}/ring-ref", ring.Value.ToString(CultureInfo.InvariantCulture));
        await WriteAsync(domain, $"{node}/event-channel", port.Port.Value.ToString(CultureInfo.InvariantCulture));
        await WriteAsync(domain, $"{node}/protocol", "x86_64-abi");
        await WriteAsync(domain, $"{node}/state", "3");
        await WaitForBackAsync(domain, back, "4");
        await WriteAsync(domain, $"{node}/state", "4");
        return new SampleConnection(back, page, ring, port);
    }

    /// <summary>Returns when the back has come to a state.</summary>
    protected abstract ValueTask WaitForBackAsync(IDomain domain, string back, string wanted);

    /// <summary>The value of a node as text.</summary>
    protected static async ValueTask<string> ReadAsync(IDomain domain, string path)
    {
        ArgumentNullException.ThrowIfNull(domain);
        return Encoding.ASCII.GetString(await domain.Store.ReadAsync(path));
    }

    /// <summary>Sets a watch, and looks at each of its events but the first few until the back has come to a state.</summary>
    /// <param name="domain">The front's.</param>
    /// <param name="back">The back's directory.</param>
    /// <param name="wanted">The state.</param>
    /// <param name="ignored">How many events are taken for nothing new.</param>
    protected static async ValueTask WatchUntilAsync(IDomain domain, string back, string wanted, int ignored)
    {
        ArgumentNullException.ThrowIfNull(domain);
        var changed = domain.Fibers.CreateSignal($"state {wanted} of the back");
        int events = 0;
        var watch = new StoreWatch($"{back}/state", _ =>
        {
            if (events++ >= ignored)
            {
                changed.Set();
            }

            return ValueTask.CompletedTask;
        });
        await domain.Store.WatchAsync(watch);
        do
        {
            await domain.Fibers.WaitAsync(changed);
        }
        while (await ReadAsync(domain, $"{back}/state") != wanted);
        await domain.Store.UnwatchAsync(watch);
    }

    /// <summary>Writes a node as text.</summary>
    protected static ValueTask WriteAsync(IDomain domain, string path, string value)
    {
        ArgumentNullException.ThrowIfNull(domain);
        return domain.Store.WriteAsync(path, Encoding.ASCII.GetBytes(value));
    }
}
