using Conformance.Reference.Fibers;
using Conformance.Reference.Hypervisor;

namespace Conformance.Reference.World;

/// <content>A domain that stopped goes on, where it was or on what is to it another host.</content>
public sealed partial class XenWorld
{
    /// <summary>
    /// Lets a domain that was shut down go on as if nothing had happened: a suspend is cancelled (CT-012). The store does
    /// not notice: see <see cref="WorldStoreClient.ResumeDomainAsync"/>.
    /// </summary>
    public ValueTask ResumeAsync(WorldDomain domain) => Driver.DoAsync(new GoingOn(Hypervisor, domain, isNewWorld: false));

    /// <summary>
    /// Brings a suspended domain up on what is to it a new host: memory stays, ports and grants are gone, the store knows
    /// nothing of it but a new home and its introduction. It stands still until <see cref="ContinueAsync"/>, so that its
    /// devices can be made.
    /// </summary>
    public async ValueTask RestoreAsync(WorldDomain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        await Driver.DoAsync(new Restoring(Hypervisor, domain));
        await Control.StoreClient.ReleaseIfKnownAsync(domain.Id);
        await DomainHome.MakeAsync(Control.StoreClient, domain.Id);
        await Control.StoreClient.IntroduceAsync(domain.Id, Domain.StoreFrame, domain.Machine.StorePort.Number);
    }

    /// <summary>Sets the wall clock of the host: what the pages that it shares with its domains say from now on.</summary>
    public ValueTask SetWallClockAsync(DateTimeOffset time) => Driver.DoAsync(new ClockSetting(Hypervisor, time));

    /// <summary>Why a domain does not run; null while it does.</summary>
    public ValueTask<ShutdownReason?> FindShutdownAsync(WorldDomain domain) => Driver.PerformAsync<Query, ShutdownReason?>(new Query(domain));

    /// <summary>Lets a restored domain run (CT-013).</summary>
    public ValueTask ContinueAsync(WorldDomain domain) => Driver.DoAsync(new GoingOn(Hypervisor, domain, isNewWorld: true));

    private readonly struct ClockSetting(InProcessHypervisor hypervisor, DateTimeOffset time) : IStep<bool>
    {
        public void Declare(ref AccessSet accesses) => accesses.Writes(Resource.World);

        public bool Perform()
        {
            hypervisor.SetWallClock(time);
            return true;
        }
    }

    private readonly struct Query(WorldDomain domain) : IStep<ShutdownReason?>
    {
        public void Declare(ref AccessSet accesses) => accesses.Reads(new Resource(ResourceKind.Domain, domain.Id.Value));

        public ShutdownReason? Perform() => domain.Machine.Shutdown;
    }

    private readonly struct Restoring(InProcessHypervisor hypervisor, WorldDomain domain) : IStep<bool>
    {
        public void Declare(ref AccessSet accesses) => accesses.Writes(Resource.World);

        public bool Perform()
        {
            hypervisor.Restore(domain.Machine);
            return true;
        }
    }

    private readonly struct GoingOn(InProcessHypervisor hypervisor, WorldDomain domain, bool isNewWorld) : IStep<bool>
    {
        public void Declare(ref AccessSet accesses) => accesses.Writes(Resource.World);

        public bool Perform()
        {
            if (!isNewWorld)
            {
                hypervisor.Resume(domain.Machine);
            }

            domain.OwnPlatform.GoOn(isNewWorld);
            return true;
        }
    }
}
