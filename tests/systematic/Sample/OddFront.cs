using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Ports;
using Conformance.Samples.HastyFront;

namespace Conformance.Tests.Systematic.Sample;

/// <summary>What an <see cref="OddFront"/> does that it should not.</summary>
public enum Oddity
{
    /// <summary>Closes, and keeps the grant of its ring.</summary>
    KeepsGrant,

    /// <summary>Closes, and keeps its port.</summary>
    KeepsPort,

    /// <summary>Closes, and keeps its page.</summary>
    KeepsPage,

    /// <summary>Closes, and does not say Closed once the back does.</summary>
    ForgetsClosed,

    /// <summary>Stays, with a grant that the back knows nothing of.</summary>
    GrantsTwice,

    /// <summary>Says InitWait while it is Connected, and Connected again.</summary>
    SaysInitWait,
}

/// <summary>A front of somebody else that connects, and closes by itself unless it is odd in another way.</summary>
internal sealed class OddFront(Oddity oddity) : SampleFront
{
    public override string Name => $"odd-front-{oddity}";

    protected override XenbusState BackAtEnd => Stays ? XenbusState.Connected : XenbusState.Closed;

    private bool Stays => oddity is Oddity.GrantsTwice or Oddity.SaysInitWait;

    protected override async ValueTask DriveAsync(IDomain domain, string node)
    {
        ArgumentNullException.ThrowIfNull(domain);
        var held = await ConnectAsync(domain, node);
        if (oddity == Oddity.GrantsTwice)
        {
            await domain.Grants.GrantAsync(default, held.Page, GrantAccess.ReadWrite);
        }
        else if (oddity == Oddity.SaysInitWait)
        {
            await WriteAsync(domain, $"{node}/state", "2");
            await WriteAsync(domain, $"{node}/state", "4");
        }
        else
        {
            await CloseAsync(domain, node, held);
        }
    }

    protected override async ValueTask ReleaseAsync(IDomain domain, string node, SampleConnection held)
    {
        if (oddity == Oddity.ForgetsClosed)
        {
            await WriteAsync(domain, $"{node}/state", "5");
        }

        if (oddity != Oddity.KeepsPort)
        {
            await held.Port.CloseAsync();
        }

        if (oddity != Oddity.KeepsGrant)
        {
            await domain.Grants.TryRevokeAsync(held.Ring);
        }

        if (oddity != Oddity.KeepsPage)
        {
            await domain.Memory.FreeAsync(held.Page);
        }
    }
}
