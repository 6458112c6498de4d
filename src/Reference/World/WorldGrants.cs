using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;
using Conformance.Model.Trace;
using Conformance.Reference.Fibers;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.Ports;

namespace Conformance.Reference.World;

/// <summary>
/// A domain's grants: its own table through the guest's allocator, others' through the hypervisor's operations. What was
/// put aside because the peer used it is tried again with every later revocation (GT-010).
/// </summary>
internal sealed class WorldGrants(FiberDriver driver, Domain domain, DomainTrace trace) : IGrants
{
    // First in, first out: an address that was unmapped stays unmapped for as long as can be, so that its use is noticed.
    private readonly Queue<ForeignPage> _idle = [];

    /// <summary>The guest's own side of its table.</summary>
    internal GuestGrants Own { get; } = new(domain);

    private Resource Table => TableOf(domain.Id);

    public ValueTask<GrantRef> GrantAsync(DomainId peer, IOwnPage page, GrantAccess access, IGrantReservation? reservation = null) =>
        driver.PerformAsync<Publication, GrantRef>(new Publication(this, peer, page, access, (Reservation?)reservation));

    public ValueTask<bool> TryRevokeAsync(GrantRef reference, IGrantReservation? reservation = null) =>
        driver.PerformAsync<Revocation, bool>(new Revocation(this, reference, (Reservation?)reservation));

    public ValueTask RevokeLaterAsync(GrantRef reference, IOwnPage? page) => driver.DoAsync(new Ending(this, reference, (OwnPage?)page));

    public ValueTask<IGrantReservation?> ReserveAsync(int count) => driver.PerformAsync<Reserving, IGrantReservation?>(new Reserving(this, count));

    public ValueTask ReleaseAsync(IGrantReservation reservation) => driver.DoAsync(new Releasing(this, (Reservation)reservation));

    public ValueTask<IGrantCallback> NotifyWhenFreeAsync(int count, Signal signal) =>
        driver.PerformAsync<Awaiting, IGrantCallback>(new Awaiting(this, count, signal));

    public ValueTask CancelAsync(IGrantCallback callback) => driver.DoAsync(new Cancelling(this, (Callback)callback));

    public ValueTask<GrantMapping> MapAsync(DomainId owner, GrantRef reference, GrantAccess access) =>
        driver.PerformAsync<Mapping, GrantMapping>(new Mapping(this, owner, reference, access));

    public ValueTask<GrantStatus> UnmapAsync(IMappedPage page) =>
        driver.PerformAsync<Unmapping, GrantStatus>(new Unmapping(this, (ForeignPage)page));

    public ValueTask<GrantStatus> CopyFromAsync(DomainId owner, GrantRef reference, int offset, Memory<byte> destination) =>
        driver.PerformAsync<CopyingFrom, GrantStatus>(new CopyingFrom(this, owner, reference, offset, destination));

    public ValueTask<GrantStatus> CopyToAsync(DomainId owner, GrantRef reference, int offset, ReadOnlyMemory<byte> source) =>
        driver.PerformAsync<CopyingTo, GrantStatus>(new CopyingTo(this, owner, reference, offset, source));

    private static Resource TableOf(DomainId id) => new(ResourceKind.GrantTable, id.Value);

    /// <summary>An operation on the own table may also free pages that were put aside, and tell who waits for references.</summary>
    private void DeclareOwn(ref AccessSet accesses)
    {
        accesses.Writes(Table);
        accesses.Writes(new Resource(ResourceKind.Domain, domain.Id.Value));
    }

    /// <summary>A mapping holds a page of its owner, known only when it is done, and an address of this domain.</summary>
    private void DeclareMapping(ref AccessSet accesses, DomainId owner)
    {
        accesses.Writes(TableOf(owner));
        accesses.Writes(new Resource(ResourceKind.Domain, owner.Value));
        accesses.Writes(new Resource(ResourceKind.Domain, domain.Id.Value));
    }

    private GrantRef Publish(DomainId peer, IOwnPage page, GrantAccess access, Reservation? reservation)
    {
        driver.Audit.Touch(Table, AccessMode.Write);
        var reference = reservation is null
            ? Own.Grant(peer, page.Frame, access == GrantAccess.ReadOnly)
            : PublishReserved(reservation, peer, page, access);
        if (trace.IsOn)
        {
            trace.Record(HypervisorStep.Grant, $"{reference}", reference.IsValid ? "OK" : "none free", new KeyValuePair<string, string>("to", $"{peer}"), new KeyValuePair<string, string>("access", $"{access}"));
        }

        return reference;
    }

    private GrantRef PublishReserved(Reservation reservation, DomainId peer, IOwnPage page, GrantAccess access)
    {
        var reference = reservation.References.Claim();
        if (reference.IsValid)
        {
            Own.Publish(reference, peer, page.Frame, access == GrantAccess.ReadOnly);
        }

        return reference;
    }

    private bool Revoke(GrantRef reference, Reservation? reservation)
    {
        driver.Audit.Touch(Table, AccessMode.Write);
        Own.RetryDeferred();
        bool isRevoked = reservation is null ? Own.TryEnd(reference) : Own.TryRevoke(reference);
        if (trace.IsOn)
        {
            trace.Record(HypervisorStep.Revoke, $"{reference}", isRevoked ? "OK" : "in use");
        }

        if (isRevoked)
        {
            reservation?.References.Return(reference);
        }

        return isRevoked;
    }

    private bool End(GrantRef reference, OwnPage? page)
    {
        driver.Audit.Touch(Table, AccessMode.Write);
        Own.RetryDeferred();
        bool isEnded = Own.End(reference, page?.Own);
        if (trace.IsOn)
        {
            trace.Record(HypervisorStep.Revoke, $"{reference}", isEnded ? "OK" : "put aside");
        }

        return true;
    }

    private Reservation? Reserve(int count)
    {
        driver.Audit.Touch(Table, AccessMode.Write);
        Own.RetryDeferred();
        var reservation = new Reservation(new GrantReservation(Own));
        return reservation.References.TryReserve(count) ? reservation : null;
    }

    private bool Release(Reservation reservation)
    {
        driver.Audit.Touch(Table, AccessMode.Write);
        reservation.References.Release();
        return true;
    }

    private Callback Await(int count, Signal signal)
    {
        driver.Audit.Touch(Table, AccessMode.Write);
        var callback = new Callback(new GrantWaiter(signal.Set));
        Own.Await(callback.Waiter, count);
        return callback;
    }

    private bool Cancel(Callback callback)
    {
        driver.Audit.Touch(Table, AccessMode.Write);
        Own.Cancel(callback.Waiter);
        return true;
    }

    private GrantMapping Map(DomainId owner, GrantRef reference, GrantAccess access)
    {
        driver.Audit.Touch(TableOf(owner), AccessMode.Write);
        var page = _idle.TryDequeue(out var idle) ? idle
            : domain.Mappings.TryReserve() is { } address ? new ForeignPage(driver, address)
            : null;
        if (page is null)
        {
            return new GrantMapping(GrantStatus.NoSpace, null);
        }

        var flags = GrantMapFlags.Host | (access == GrantAccess.ReadOnly ? GrantMapFlags.ReadOnly : 0);
        var operation = new GrantMap(owner, reference, flags, page.Address);
        var status = domain.Grants.Map(ref operation);
        if (trace.IsOn)
        {
            trace.Record(HypervisorStep.Map, $"{reference}", $"{status}", new KeyValuePair<string, string>("of", $"{owner}"), new KeyValuePair<string, string>("access", $"{access}"));
        }

        if (status != GrantStatus.Okay)
        {
            _idle.Enqueue(page);
            return new GrantMapping(operation.Status, null);
        }

        page.Handle = operation.Handle;
        page.Owner = owner;
        return new GrantMapping(GrantStatus.Okay, page);
    }

    private GrantStatus Unmap(ForeignPage page)
    {
        driver.Audit.Touch(TableOf(page.Owner), AccessMode.Write);
        var status = domain.Grants.Unmap(page.Handle, page.Address);
        if (trace.IsOn)
        {
            trace.Record(HypervisorStep.Unmap, $"{page.Handle.Value}", $"{status}", new KeyValuePair<string, string>("of", $"{page.Owner}"));
        }

        if (status == GrantStatus.Okay)
        {
            _idle.Enqueue(page);
            ReleaseIfIdle();
        }

        return status;
    }

    /// <summary>Whoever has nothing mapped any more has detached, and holds no addresses (HV-015, BB-038).</summary>
    private void ReleaseIfIdle()
    {
        while (domain.Grants.MappingCount == 0 && _idle.TryDequeue(out var page))
        {
            domain.Mappings.Release(page.Address);
        }
    }

    private GrantStatus CopyFrom(DomainId owner, GrantRef reference, int offset, Span<byte> destination)
    {
        driver.Audit.Touch(Resource.World, AccessMode.Write);
        return Copied(owner, reference, domain.Grants.CopyOut(owner, reference, offset, destination));
    }

    private GrantStatus CopyTo(DomainId owner, GrantRef reference, int offset, ReadOnlySpan<byte> source)
    {
        driver.Audit.Touch(Resource.World, AccessMode.Write);
        return Copied(owner, reference, domain.Grants.CopyIn(owner, reference, offset, source));
    }

    private GrantStatus Copied(DomainId owner, GrantRef reference, GrantStatus status)
    {
        if (trace.IsOn)
        {
            trace.Record(HypervisorStep.Copy, $"{reference}", $"{status}", new KeyValuePair<string, string>("of", $"{owner}"));
        }

        return status;
    }

    private sealed class Reservation(GrantReservation references) : IGrantReservation
    {
        public int Count => references.Count;

        internal GrantReservation References => references;
    }

    private sealed class Callback(GrantWaiter waiter) : IGrantCallback
    {
        public bool IsArmed => waiter.IsWaiting;

        internal GrantWaiter Waiter => waiter;
    }

    private readonly struct Publication(WorldGrants grants, DomainId peer, IOwnPage page, GrantAccess access, Reservation? reservation) : IStep<GrantRef>
    {
        public void Declare(ref AccessSet accesses) => grants.DeclareOwn(ref accesses);

        public GrantRef Perform() => grants.Publish(peer, page, access, reservation);
    }

    private readonly struct Revocation(WorldGrants grants, GrantRef reference, Reservation? reservation) : IStep<bool>
    {
        public void Declare(ref AccessSet accesses) => grants.DeclareOwn(ref accesses);

        public bool Perform() => grants.Revoke(reference, reservation);
    }

    private readonly struct Ending(WorldGrants grants, GrantRef reference, OwnPage? page) : IStep<bool>
    {
        public void Declare(ref AccessSet accesses) => grants.DeclareOwn(ref accesses);

        public bool Perform() => grants.End(reference, page);
    }

    private readonly struct Reserving(WorldGrants grants, int count) : IStep<IGrantReservation?>
    {
        public void Declare(ref AccessSet accesses) => grants.DeclareOwn(ref accesses);

        public IGrantReservation? Perform() => grants.Reserve(count);
    }

    private readonly struct Releasing(WorldGrants grants, Reservation reservation) : IStep<bool>
    {
        public void Declare(ref AccessSet accesses) => grants.DeclareOwn(ref accesses);

        public bool Perform() => grants.Release(reservation);
    }

    private readonly struct Awaiting(WorldGrants grants, int count, Signal signal) : IStep<IGrantCallback>
    {
        public void Declare(ref AccessSet accesses) => grants.DeclareOwn(ref accesses);

        public IGrantCallback Perform() => grants.Await(count, signal);
    }

    private readonly struct Cancelling(WorldGrants grants, Callback callback) : IStep<bool>
    {
        public void Declare(ref AccessSet accesses) => grants.DeclareOwn(ref accesses);

        public bool Perform() => grants.Cancel(callback);
    }

    private readonly struct Mapping(WorldGrants grants, DomainId owner, GrantRef reference, GrantAccess access) : IStep<GrantMapping>
    {
        public void Declare(ref AccessSet accesses) => grants.DeclareMapping(ref accesses, owner);

        public GrantMapping Perform() => grants.Map(owner, reference, access);
    }

    private readonly struct Unmapping(WorldGrants grants, ForeignPage page) : IStep<GrantStatus>
    {
        public void Declare(ref AccessSet accesses)
        {
            grants.DeclareMapping(ref accesses, page.Owner);
            accesses.Writes(page.Resource);
        }

        public GrantStatus Perform() => grants.Unmap(page);
    }

    private readonly struct CopyingFrom(WorldGrants grants, DomainId owner, GrantRef reference, int offset, Memory<byte> destination) : IStep<GrantStatus>
    {
        /// <summary>Which page is behind the reference is known only when it is done.</summary>
        public void Declare(ref AccessSet accesses) => accesses.Writes(Resource.World);

        public GrantStatus Perform() => grants.CopyFrom(owner, reference, offset, destination.Span);
    }

    private readonly struct CopyingTo(WorldGrants grants, DomainId owner, GrantRef reference, int offset, ReadOnlyMemory<byte> source) : IStep<GrantStatus>
    {
        public void Declare(ref AccessSet accesses) => accesses.Writes(Resource.World);

        public GrantStatus Perform() => grants.CopyTo(owner, reference, offset, source.Span);
    }
}
