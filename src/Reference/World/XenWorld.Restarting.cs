using Conformance.Model.Trace;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.World;

/// <content>Drivers that end without a word while their domain lives on.</content>
public sealed partial class XenWorld
{
    /// <summary>
    /// The drivers of a domain end without any clean-up and others are to take their place (BRST, I-31): the domain's ports are
    /// closed, what it had mapped is released, and the store forgets what was asked of it on its connection. The domain, its
    /// memory and its nodes stay. For a domain that grants nothing itself: who comes next takes the grant table for empty.
    /// </summary>
    /// <returns>The domain as the next drivers see it; nothing runs in it yet.</returns>
    public async ValueTask<WorldDomain> RestartAsync(WorldDomain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        await Driver.DoAsync(new Ending(this, domain));
        var connection = Store.Engine.FindGuest(domain.Id)
            ?? throw new InvalidOperationException($"expected a domain that the store serves, got {domain.Id}; introduce it first");
        return new WorldDomain(this, domain.Machine, fibers => new WorldStoreClient(Store, connection, Driver, fibers));
    }

    private readonly struct Ending(XenWorld world, WorldDomain domain) : IStep<bool>
    {
        public void Declare(ref AccessSet accesses) => accesses.Writes(Resource.World);

        public bool Perform()
        {
            domain.Fibers.Group.Kill();
            world.Hypervisor.EndDrivers(domain.Machine);
            world.Trace?.Record($"dom{domain.Id}", 0, HypervisorStep.EndDrivers, $"{domain.Id}", "OK");
            world.Store.Reset(world.Store.Engine.FindGuest(domain.Id)!);
            return true;
        }
    }
}
