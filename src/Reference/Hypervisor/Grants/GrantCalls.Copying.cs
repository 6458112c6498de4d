using System.Runtime.InteropServices;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;

namespace Conformance.Reference.Hypervisor;

/// <content>Copies.</content>
public sealed partial class GrantCalls
{
    /// <summary>
    /// Copies bytes, but may stop between two operations, as a hypercall that is preempted does.
    /// </summary>
    /// <param name="operations">What to copy; the status of each that was done is set.</param>
    /// <param name="preemptAfter">How many to do at most; at least one is done.</param>
    /// <returns>How many are left undone at the end of the batch; call again with those (GT-044).</returns>
    public int TryCopy(Span<GrantCopy> operations, int preemptAfter)
    {
        lock (_caller.Gate)
        {
            int count = Math.Min(operations.Length, Math.Max(1, preemptAfter));
            foreach (ref var operation in operations[..count])
            {
                operation.Status = CopyOne(operation);
            }

            return operations.Length - count;
        }
    }

    /// <summary>Copies bytes, all of the batch.</summary>
    public void Copy(Span<GrantCopy> operations) => TryCopy(operations, operations.Length);

    /// <summary>Copies bytes once.</summary>
    public GrantStatus Copy(GrantCopy operation)
    {
        lock (_caller.Gate)
        {
            return CopyOne(operation);
        }
    }

    /// <summary>Copies from a page that a domain grants into bytes of the caller's own.</summary>
    public GrantStatus CopyOut(DomainId owner, GrantRef reference, int offset, Span<byte> destination)
    {
        lock (_caller.Gate)
        {
            var status = ClaimBytes(owner, reference, offset, destination.Length, readOnly: true, out var claim, out var bytes);
            if (status == GrantStatus.Okay)
            {
                bytes.CopyTo(destination);
            }

            claim.Release();
            return status;
        }
    }

    /// <summary>Copies bytes of the caller's own into a page that a domain grants.</summary>
    public GrantStatus CopyIn(DomainId owner, GrantRef reference, int offset, ReadOnlySpan<byte> source)
    {
        lock (_caller.Gate)
        {
            var status = ClaimBytes(owner, reference, offset, source.Length, readOnly: false, out var claim, out var bytes);
            if (status == GrantStatus.Okay)
            {
                source.CopyTo(bytes);
            }

            claim.Release();
            return status;
        }
    }

    /// <summary>Takes one end of a copy into use.</summary>
    internal GrantStatus Claim(in GrantCopyEnd end, bool readOnly, out GrantTable.CopyClaim claim)
    {
        claim = default;
        if (!end.IsReference && end.Domain != DomainId.Self)
        {
            return GrantStatus.PermissionDenied;
        }

        if (_caller.Hypervisor.FindAny(_caller, end.Domain) is not { } domain)
        {
            return GrantStatus.BadDomain;
        }

        if (end.IsReference)
        {
            return domain.GrantTable.PinForCopy(_caller.Id, new GrantRef((uint)end.Number), readOnly, allowTransitive: true, out claim);
        }

        if (domain.Memory.Find(end.Number) is not { } page)
        {
            return GrantStatus.BadPage;
        }

        claim = new GrantTable.CopyClaim(null, GrantRef.Invalid, GrantMapFlags.None, page.Memory, 0, MachinePage.Size);
        return GrantStatus.Okay;
    }

    private GrantStatus CopyOne(in GrantCopy operation)
    {
        if (operation.Length == 0)
        {
            return GrantStatus.Okay;
        }

        if (_caller.IsDestroyed)
        {
            return GrantStatus.GeneralError;
        }

        var status = Claim(operation.Source, readOnly: true, out var source);
        if (status != GrantStatus.Okay)
        {
            return status;
        }

        status = Claim(operation.Destination, readOnly: false, out var destination);
        if (status == GrantStatus.Okay)
        {
            status = Move(operation, source, destination);
            destination.Release();
        }

        source.Release();
        return status;
    }

    private GrantStatus ClaimBytes(
        DomainId owner, GrantRef reference, int offset, int length, bool readOnly, out GrantTable.CopyClaim claim, out Span<byte> bytes)
    {
        claim = default;
        bytes = default;
        if (length == 0)
        {
            return GrantStatus.Okay;
        }

        if (_caller.IsDestroyed)
        {
            return GrantStatus.GeneralError;
        }

        var status = Claim(GrantCopyEnd.OfReference(owner, reference, 0), readOnly, out claim);
        if (status != GrantStatus.Okay)
        {
            return status;
        }

        if (offset < 0 || offset > MachinePage.Size - length)
        {
            return GrantStatus.BadCopyArgument;
        }

        if (!IsInside(offset, length, claim))
        {
            return GrantStatus.GeneralError;
        }

        bytes = Bytes(claim.Memory).Slice(offset, length);
        return GrantStatus.Okay;
    }

    private static GrantStatus Move(in GrantCopy operation, in GrantTable.CopyClaim source, in GrantTable.CopyClaim destination)
    {
        int from = operation.Source.Offset;
        int to = operation.Destination.Offset;
        if (from + operation.Length > MachinePage.Size || to + operation.Length > MachinePage.Size)
        {
            return GrantStatus.BadCopyArgument;
        }

        if (!IsInside(from, operation.Length, source) || !IsInside(to, operation.Length, destination))
        {
            return GrantStatus.GeneralError;
        }

        Bytes(source.Memory).Slice(from, operation.Length).CopyTo(Bytes(destination.Memory)[to..]);
        return GrantStatus.Okay;
    }

    private static bool IsInside(int offset, int length, in GrantTable.CopyClaim claim) =>
        offset >= claim.Start && offset + length <= claim.Start + claim.Length;

    private static Span<byte> Bytes(PageMemory memory) => MemoryMarshal.AsBytes(memory.Words.AsSpan());
}
