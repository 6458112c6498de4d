using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Hvm;
using Conformance.Model.Trace;
using Conformance.Reference.Fibers;
using Conformance.Reference.Hypervisor;

namespace Conformance.Reference.World;

/// <summary>
/// A machine with a hypervisor, a store and domains, in one process and under one driver: the place where fronts, backs
/// and tool stacks meet. Built anew for every run.
/// </summary>
public sealed partial class XenWorld
{
    /// <summary>Builds a machine on which only the control domain runs.</summary>
    /// <param name="driver">Who schedules.</param>
    /// <param name="trace">Takes the steps of everyone; null for none.</param>
    public XenWorld(FiberDriver driver, ITraceSink? trace = null)
    {
        ArgumentNullException.ThrowIfNull(driver);
        Driver = driver;
        Trace = trace;
        Hypervisor = new InProcessHypervisor();
        Store = new WorldStore(Hypervisor, driver, trace);
        Control = new WorldDomain(this, Hypervisor.Find(DomainId.Zero)!, fibers => new WorldStoreClient(Store, Store.Engine.Connect(), driver, fibers));
    }

    /// <summary>Who schedules.</summary>
    public FiberDriver Driver { get; }

    /// <summary>Takes the steps of everyone; null for none.</summary>
    public ITraceSink? Trace { get; }

    /// <summary>The hypervisor; outside steps only to be looked at.</summary>
    public InProcessHypervisor Hypervisor { get; }

    /// <summary>The store.</summary>
    public WorldStore Store { get; }

    /// <summary>What may happen for no reason from now on; nothing unless somebody says so.</summary>
    public Whims Whims
    {
        get => Store.Whims;
        set => Store.Whims = value;
    }

    /// <summary>The control domain, whose store client may write everywhere.</summary>
    public WorldDomain Control { get; }

    /// <summary>
    /// Makes a running domain with a home in the store, as a tool stack does: readable by the domain, with the
    /// directories that are its own to write.
    /// </summary>
    public async ValueTask<WorldDomain> CreateDomainAsync(DomainOptions? options = null)
    {
        var machine = await Driver.PerformAsync<Creation, Domain>(new Creation(Hypervisor, options ?? new DomainOptions()));
        await DomainHome.MakeAsync(Control.StoreClient, machine.Id);
        await Control.StoreClient.IntroduceAsync(machine.Id, Domain.StoreFrame, machine.StorePort.Number);
        return new WorldDomain(this, machine, fibers => new WorldStoreClient(Store, Store.Engine.FindGuest(machine.Id)!, Driver, fibers));
    }

    /// <summary>Ends a domain at once, whatever it was doing (DIE): its fibers stop, its ports and mappings go.</summary>
    public ValueTask DestroyAsync(WorldDomain domain) => Driver.DoAsync(new Destruction(Hypervisor, domain));

    /// <summary>The domain stopped running for the sake of a shutdown or suspend; its fibers are not touched.</summary>
    public ValueTask ShutdownAsync(WorldDomain domain, ShutdownReason reason) => Driver.DoAsync(new Stopping(Hypervisor, domain, reason));

    private readonly struct Creation(InProcessHypervisor hypervisor, DomainOptions options) : IStep<Domain>
    {
        public void Declare(ref AccessSet accesses) => accesses.Writes(Resource.World);

        public Domain Perform()
        {
            var domain = hypervisor.Create(options);
            if (domain.Options.Flavour == DomainFlavour.Hvm)
            {
                // What the guest's kernel does before it expects an event (HV-007).
                domain.Parameters.Set(HvmParameter.CallbackIrq, CallbackVia.OfVector(0xF3).Value);
            }

            return domain;
        }
    }

    private readonly struct Destruction(InProcessHypervisor hypervisor, WorldDomain domain) : IStep<bool>
    {
        public void Declare(ref AccessSet accesses) => accesses.Writes(Resource.World);

        public bool Perform()
        {
            if (domain.Id == DomainId.Zero)
            {
                throw new InvalidOperationException("expected a guest to end, got the control domain, without which there is no world; put what is to die into a domain of its own");
            }

            domain.Fibers.Group.Kill();
            hypervisor.Destroy(domain.Machine);
            return true;
        }
    }

    private readonly struct Stopping(InProcessHypervisor hypervisor, WorldDomain domain, ShutdownReason reason) : IStep<bool>
    {
        public void Declare(ref AccessSet accesses) => accesses.Writes(Resource.World);

        public bool Perform()
        {
            hypervisor.Shutdown(domain.Machine, reason);
            return true;
        }
    }
}
