using System.Globalization;
using System.Text;
using Conformance.Exploration.Scenarios;
using Conformance.Model.Protocol;
using Conformance.Reference.Ports;

namespace Conformance.Samples.HastyFront;

/// <summary>
/// A front such as somebody else may write: it knows nothing of the reference but <see cref="IDomain"/>, and comes up to
/// Connected with a ring of one page. docs/explore-your-driver.md explains it.
/// </summary>
public abstract class SampleFront : FrontExperiment
{
    /// <inheritdoc/>
    protected override async ValueTask DriveAsync(IDomain domain, string node)
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
    }

    /// <summary>Returns when the back has come to a state.</summary>
    protected abstract ValueTask WaitForBackAsync(IDomain domain, string back, string wanted);

    /// <summary>The value of a node as text.</summary>
    protected static async ValueTask<string> ReadAsync(IDomain domain, string path)
    {
        ArgumentNullException.ThrowIfNull(domain);
        return Encoding.ASCII.GetString(await domain.Store.ReadAsync(path));
    }

    private static ValueTask WriteAsync(IDomain domain, string path, string value) => domain.Store.WriteAsync(path, Encoding.ASCII.GetBytes(value));
}
