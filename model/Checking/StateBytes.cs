using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Conformance.Model.Checking;

/// <summary>States as rows of 64-bit words: how they are told apart, hashed and put in an order.</summary>
internal static class StateBytes<TState>
    where TState : unmanaged
{
    /// <summary>Refuses a type whose equal values may differ in their bytes.</summary>
    /// <exception cref="ArgumentException">The type has padding or is no whole number of 64-bit words.</exception>
    public static void CheckLayout()
    {
        int size = Unsafe.SizeOf<TState>();
        if (size % sizeof(ulong) != 0)
        {
            throw new ArgumentException($"expected a state of whole 64-bit words, got {typeof(TState).Name} of {size} bytes; fill it up with a field");
        }

        int used = BytesOf(typeof(TState));
        if (used != size)
        {
            throw new ArgumentException($"expected a state without padding, got {typeof(TState).Name} of {size} bytes with {used} in use; order its fields by size");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Hash(in TState state)
    {
        ref ulong words = ref Words(in state);
        ulong hash = 0x9E37_79B9_7F4A_7C15;
        for (int i = 0; i < Unsafe.SizeOf<TState>() / sizeof(ulong); i++)
        {
            hash = (hash ^ Unsafe.Add(ref words, i)) * 0xD6E8_FEB8_6659_FD93;
            hash ^= hash >> 32;
        }

        hash *= 0xD6E8_FEB8_6659_FD93;
        return hash ^ (hash >> 29);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreEqual(in TState left, in TState right)
    {
        ref ulong mine = ref Words(in left);
        ref ulong its = ref Words(in right);
        ulong difference = 0;
        for (int i = 0; i < Unsafe.SizeOf<TState>() / sizeof(ulong); i++)
        {
            difference |= Unsafe.Add(ref mine, i) ^ Unsafe.Add(ref its, i);
        }

        return difference == 0;
    }

    /// <summary>An order that does not depend on when a state was found, so that reports do not either.</summary>
    public static int Compare(in TState left, in TState right)
    {
        ref ulong mine = ref Words(in left);
        ref ulong its = ref Words(in right);
        for (int i = 0; i < Unsafe.SizeOf<TState>() / sizeof(ulong); i++)
        {
            int order = Unsafe.Add(ref mine, i).CompareTo(Unsafe.Add(ref its, i));
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref ulong Words(in TState state) => ref Unsafe.As<TState, ulong>(ref Unsafe.AsRef(in state));

    private static int BytesOf(Type type)
    {
        if (type.IsEnum)
        {
            type = Enum.GetUnderlyingType(type);
        }

        if (type.IsPrimitive)
        {
            return type == typeof(bool) ? 1 : type == typeof(char) ? 2 : Marshal.SizeOf(type);
        }

        int fields = type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Sum(field => BytesOf(field.FieldType));
        return type.GetCustomAttribute<InlineArrayAttribute>() is { } row ? row.Length * fields : type == typeof(UInt128) || type == typeof(Int128) ? 16 : fields;
    }
}
