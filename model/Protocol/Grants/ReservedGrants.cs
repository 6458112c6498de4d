namespace Conformance.Model.Protocol.Grants;

/// <summary>Entries that belong to the tool stack (GT-005; <c>GNTTAB_RESERVED_*</c>, grant_table.h).</summary>
public static class ReservedGrants
{
    /// <summary>How many there are, from reference 0 up; a guest's allocator hands none of them out.</summary>
    public const int Count = 8;

    /// <summary>The console's page.</summary>
    public static readonly GrantRef Console = new(0);

    /// <summary>The store's page.</summary>
    public static readonly GrantRef Store = new(1);
}
