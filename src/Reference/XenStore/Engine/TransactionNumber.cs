using Conformance.Reference.Fibers;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>The number of a transaction, which serves only to find it again; later ones have greater numbers until they wrap (XS-110).</summary>
internal readonly record struct TransactionNumber([field: Label] uint Value) : IComparable<TransactionNumber>
{
    public int CompareTo(TransactionNumber other) => Value.CompareTo(other.Value);
}
