using Conformance.Model.Protocol;

namespace Conformance.Reference.Hypervisor;

/// <summary>
/// An address of a domain at which a page of another can be mapped. It is reserved once and used for many mappings, one
/// after the other (BB-037, HV-015); touching it while nothing is mapped is an error that names it.
/// </summary>
public sealed class MappedPage : MachinePage
{
    private DomainId _granter;
    private GrantRef _reference = GrantRef.Invalid;

    internal MappedPage(Domain mapper, ulong address)
    {
        Mapper = mapper;
        Address = address;
    }

    /// <summary>The domain whose address it is.</summary>
    public Domain Mapper { get; }

    /// <summary>The address, in bytes, page aligned.</summary>
    public ulong Address { get; }

    /// <summary>Whether stores are refused.</summary>
    public bool IsReadOnly { get; private set; }

    /// <summary>Whether the address was given back.</summary>
    public bool IsReleased { get; internal set; }

    internal void Map(PageMemory memory, bool readOnly, DomainId granter, GrantRef reference)
    {
        (_granter, _reference) = (granter, reference);
        IsReadOnly = readOnly;
        Key = memory.Key;
        Words = memory.Words;
    }

    internal void Unmap()
    {
        Words = null;
        Key = 0;
    }

    private protected override string DescribeAbsence() => _reference.IsValid
        ? $"expected a mapped page at {Describe()}, got nothing: it was unmapped; do not touch it after unmapping"
        : $"expected a mapped page at {Address:x} of domain {Mapper.Id}, got nothing: it was never mapped; map it first";

    private protected override void CheckWritable()
    {
        if (IsReadOnly && Words is not null)
        {
            throw new PageAccessException($"expected no store through {Describe()}, got one: it is mapped for reading alone; map it writable");
        }
    }

    private string Describe() => $"{Address:x} of domain {Mapper.Id} (grant {_reference} of domain {_granter})";
}
