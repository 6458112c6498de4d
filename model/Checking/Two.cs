using System.Runtime.CompilerServices;

namespace Conformance.Model.Checking;

/// <summary>Two of a kind.</summary>
[InlineArray(2)]
internal struct Two<T>
    where T : unmanaged
{
    private T _first;
}
