using Conformance.Model.Protocol.XenStore;

namespace Conformance.Reference.XenStore.Client;

/// <summary>What came of reading a typed value (XS-144).</summary>
/// <param name="Value">The value, or the caller's default if there is an error.</param>
/// <param name="Error">
/// <see cref="XsError.None"/>, why the store refused, or EINVAL for a value that is not of the type or outside its range.
/// </param>
public readonly record struct StoreScan<T>(T Value, XsError Error);
