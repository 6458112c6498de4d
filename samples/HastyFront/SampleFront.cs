using System.Globalization;
using System.Text;
using Conformance.Exploration.Scenarios;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Samples.HastyFront;

/// <summary>
/// A front such as somebody else may write: it knows nothing of the reference but <see cref="IDomain"/>, comes up to
/// Connected with a ring of one page, and goes down again. docs/explore-your-driver.md explains it.
/// </summary>
public abstract class SampleFront : FrontExperiment
{
    /// <inheritdoc/>
    protected override XenbusState BackAtEnd => XenbusState.Closed;

    /// <inheritdoc/>
    protected override async ValueTask DriveAsync(IDomain domain, string node) =>
        await CloseAsync(domain, node, await ConnectAsync(domain, node));

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

    /// <summary>Goes down to Closed, and gives back what the connection held.</summary>
    protected async ValueTask CloseAsync(IDomain domain, string node, SampleConnection held)
    {
        ArgumentNullException.ThrowIfNull(held);
        await WriteAsync(domain, $"{node}/state", "5");
        await WaitForBackAsync(domain, held.Back, "5");
        await WriteAsync(domain, $"{node}/state", "6");
        await WaitForBackAsync(domain, held.Back, "6");
        await ReleaseAsync(domain, node, held);
    }

    /// <summary>Gives back what the connection held, now that the back has let go of it (GT-017).</summary>
    protected virtual async ValueTask ReleaseAsync(IDomain domain, string node, SampleConnection held)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(held);
        await held.Port.CloseAsync();
        await domain.Grants.TryRevokeAsync(held.Ring);
        await domain.Memory.FreeAsync(held.Page);
    }

    /// <summary>Returns when the back has come to a state: it asks to be told of changes, and looks whenever it is told.</summary>
    protected async ValueTask WaitForBackAsync(IDomain domain, string back, string wanted)
    {
        ArgumentNullException.ThrowIfNull(domain);
        var changed = domain.Fibers.CreateSignal($"state {wanted} of the back");
        var watch = new StoreWatch($"{back}/state", _ =>
        {
            changed.Set();
            return ValueTask.CompletedTask;
        });
        await domain.Store.WatchAsync(watch);
        do
        {
            await domain.Fibers.WaitAsync(changed);
        }
        while (!await LookAsync(domain, back, wanted, changed));
        await domain.Store.UnwatchAsync(watch);
    }

    /// <summary>Looks whether the back has come to a state, and whether it is to stay: one that is to go comes to no other (XB-025).</summary>
    /// <param name="domain">The front's.</param>
    /// <param name="back">The back's directory.</param>
    /// <param name="wanted">The state.</param>
    /// <param name="changed">Set by each event of the watch; cleared when this is called.</param>
    /// <exception cref="InvalidOperationException">The back is to go.</exception>
    protected virtual async ValueTask<bool> LookAsync(IDomain domain, string back, string wanted, Signal changed)
    {
        bool isThere = await ReadAsync(domain, $"{back}/state") == wanted;
        if (await ReadAsync(domain, $"{back}/online") != "1")
        {
            throw new InvalidOperationException($"expected a back that comes to state {wanted}, got one that is to go");
        }

        return isThere;
    }

    /// <summary>The value of a node as text.</summary>
    protected static async ValueTask<string> ReadAsync(IDomain domain, string path)
    {
        ArgumentNullException.ThrowIfNull(domain);
        return Encoding.ASCII.GetString(await domain.Store.ReadAsync(path));
    }

    /// <summary>Writes a node as text.</summary>
    protected static ValueTask WriteAsync(IDomain domain, string path, string value)
    {
        ArgumentNullException.ThrowIfNull(domain);
        return domain.Store.WriteAsync(path, Encoding.ASCII.GetBytes(value));
    }
}
