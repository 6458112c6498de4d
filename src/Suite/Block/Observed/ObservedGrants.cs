using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;
using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;

namespace Conformance.Suite.Block.Observed;

/// <summary>
/// A domain's grants that remember what was asked of them. A case can have maps fail that would work; nothing else is
/// changed.
/// </summary>
public sealed class ObservedGrants : IGrants
{
    private readonly IGrants inner;
    private readonly List<Lending> lendings = [];
    private readonly List<MappingRecord> mappings = [];
    private readonly List<string> badUnmaps = [];

    internal ObservedGrants(IGrants inner) => this.inner = inner;

    /// <summary>Every grant so far.</summary>
    public IReadOnlyList<Lending> Lendings => lendings;

    /// <summary>Every map so far, failed ones too.</summary>
    public IReadOnlyList<MappingRecord> Mappings => mappings;

    /// <summary>Unmaps of what was not mapped, or unmapped before, or that failed.</summary>
    public IReadOnlyList<string> BadUnmaps => badUnmaps;

    /// <summary>Decides of each map whether it fails, and how; null or null's answer lets it happen.</summary>
    public Func<DomainId, GrantRef, GrantStatus?>? Refusal { get; set; }

    /// <summary>Called after each grant.</summary>
    public Action<Lending>? Lent { get; set; }

    /// <inheritdoc/>
    public async ValueTask<GrantRef> GrantAsync(DomainId peer, IOwnPage page, GrantAccess access, IGrantReservation? reservation = null)
    {
        var reference = await inner.GrantAsync(peer, page, access, reservation);
        if (reference.IsValid)
        {
            var lending = new Lending(peer, page, access, reference);
            lendings.Add(lending);
            Lent?.Invoke(lending);
        }

        return reference;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> TryRevokeAsync(GrantRef reference, IGrantReservation? reservation = null)
    {
        bool isRevoked = await inner.TryRevokeAsync(reference, reservation);
        if (isRevoked)
        {
            End(reference);
        }

        return isRevoked;
    }

    /// <inheritdoc/>
    public async ValueTask RevokeLaterAsync(GrantRef reference, IOwnPage? page)
    {
        await inner.RevokeLaterAsync(reference, page);
        End(reference);
    }

    /// <inheritdoc/>
    public ValueTask<IGrantReservation?> ReserveAsync(int count) => inner.ReserveAsync(count);

    /// <inheritdoc/>
    public ValueTask ReleaseAsync(IGrantReservation reservation) => inner.ReleaseAsync(reservation);

    /// <inheritdoc/>
    public ValueTask<IGrantCallback> NotifyWhenFreeAsync(int count, Signal signal) => inner.NotifyWhenFreeAsync(count, signal);

    /// <inheritdoc/>
    public ValueTask CancelAsync(IGrantCallback callback) => inner.CancelAsync(callback);

    /// <inheritdoc/>
    public async ValueTask<GrantMapping> MapAsync(DomainId owner, GrantRef reference, GrantAccess access)
    {
        var mapping = Refusal?.Invoke(owner, reference) is { } refusal
            ? new GrantMapping(refusal, null)
            : await inner.MapAsync(owner, reference, access);
        mappings.Add(new MappingRecord(owner, reference, access, mapping));
        return mapping;
    }

    /// <inheritdoc/>
    public async ValueTask<GrantStatus> UnmapAsync(IMappedPage page)
    {
        var record = mappings.FindLast(mapping => mapping.Result.Page == page && page is not null);
        if (record is null || record.IsUnmapped)
        {
            badUnmaps.Add(record is null ? "an unmap of what was never mapped" : $"a second unmap of reference {record.Reference}");
        }

        var status = await inner.UnmapAsync(page!);
        if (status != GrantStatus.Okay)
        {
            badUnmaps.Add($"an unmap of reference {record?.Reference} that ended with {status}");
        }

        if (record is not null)
        {
            record.IsUnmapped = true;
        }

        return status;
    }

    /// <inheritdoc/>
    public ValueTask<GrantStatus> CopyFromAsync(DomainId owner, GrantRef reference, int offset, Memory<byte> destination) =>
        inner.CopyFromAsync(owner, reference, offset, destination);

    /// <inheritdoc/>
    public ValueTask<GrantStatus> CopyToAsync(DomainId owner, GrantRef reference, int offset, ReadOnlyMemory<byte> source) =>
        inner.CopyToAsync(owner, reference, offset, source);

    private void End(GrantRef reference)
    {
        if (lendings.FindLast(lending => lending.Reference == reference) is { } ended)
        {
            ended.IsEnded = true;
        }
    }
}

/// <summary>One grant.</summary>
/// <param name="Peer">To whom.</param>
/// <param name="Page">What.</param>
/// <param name="Access">For what.</param>
/// <param name="Reference">By which reference.</param>
public sealed record Lending(DomainId Peer, IOwnPage Page, GrantAccess Access, GrantRef Reference)
{
    /// <summary>Whether the driver ended it, or gave it up to be ended.</summary>
    public bool IsEnded { get; internal set; }
}

/// <summary>One map.</summary>
/// <param name="Owner">Whose page.</param>
/// <param name="Reference">By which reference.</param>
/// <param name="Access">For what.</param>
/// <param name="Result">How it ended.</param>
public sealed record MappingRecord(DomainId Owner, GrantRef Reference, GrantAccess Access, GrantMapping Result)
{
    /// <summary>Whether it was undone.</summary>
    public bool IsUnmapped { get; internal set; }

    /// <summary>Whether the page is mapped now.</summary>
    public bool IsLive => Result.Status == GrantStatus.Okay && !IsUnmapped;
}
