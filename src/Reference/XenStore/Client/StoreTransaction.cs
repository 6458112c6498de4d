using Conformance.Reference.Fibers;

namespace Conformance.Reference.XenStore.Client;

/// <summary>An open transaction of one client.</summary>
/// <param name="Id">Its number on the wire; 0 stands for no transaction (XS-110).</param>
public readonly record struct StoreTransaction([field: Label] uint Id)
{
    /// <summary>Requests with this take effect at once.</summary>
    public static readonly StoreTransaction None;
}
