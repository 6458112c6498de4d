using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Conformance.Model.Checking;

/// <summary>A state as what the table sees of it: whole 64-bit words.</summary>
internal static class PackedState
{
    private const ulong Seed = 0x9E3779B97F4A7C15;
    private const ulong Multiplier = 0xD6E8FEB86659FD93;

    /// <summary>A hash of all bytes, good in every bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe ulong Hash<TState>(in TState state)
        where TState : unmanaged
    {
        ref ulong words = ref Unsafe.As<TState, ulong>(ref Unsafe.AsRef(in state));
        ulong hash = Seed;
        for (int i = 0; i < sizeof(TState) / sizeof(ulong); i++)
        {
            hash = Fold(Unsafe.Add(ref words, i) ^ hash, Multiplier);
        }

        return Fold(hash ^ Multiplier, Seed);
    }

    /// <summary>Whether two states have the same bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe bool Equal<TState>(in TState one, in TState other)
        where TState : unmanaged
    {
        ref ulong a = ref Unsafe.As<TState, ulong>(ref Unsafe.AsRef(in one));
        ref ulong b = ref Unsafe.As<TState, ulong>(ref Unsafe.AsRef(in other));
        ulong difference = 0;
        for (int i = 0; i < sizeof(TState) / sizeof(ulong); i++)
        {
            difference |= Unsafe.Add(ref a, i) ^ Unsafe.Add(ref b, i);
        }

        return difference == 0;
    }

    /// <summary>An order of states by their words.</summary>
    public static int Compare<TState>(in TState one, in TState other)
        where TState : unmanaged =>
        MemoryMarshal.Cast<TState, ulong>(new ReadOnlySpan<TState>(in one)).SequenceCompareTo(MemoryMarshal.Cast<TState, ulong>(new ReadOnlySpan<TState>(in other)));

    /// <summary>Throws unless every byte of the type belongs to a field and the size is whole words: bytes that belong to nothing could differ between equal states.</summary>
    public static unsafe void Demand<TState>()
        where TState : unmanaged
    {
        if (sizeof(TState) % sizeof(ulong) != 0)
        {
            throw new ArgumentException(
                $"expected a state of whole 64-bit words, got {typeof(TState).Name} of {sizeof(TState)} bytes; fill it up with a field");
        }

        if (Covered(typeof(TState)).Count(covered => !covered) is var gaps and > 0)
        {
            throw new ArgumentException(
                $"expected a state without padding, got {typeof(TState).Name} of {sizeof(TState)} bytes of which fields use {sizeof(TState) - gaps}; order its fields by size, or name the padding");
        }
    }

    /// <summary>A high product folded into a low one: every input bit reaches every output bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }

    /// <summary>For each byte of a type whether a field holds it.</summary>
    private static List<bool> Covered(Type type)
    {
        int size = SizeOf(type);
        if (type.IsPrimitive || type.IsEnum || type.IsPointer || type.IsFunctionPointer)
        {
            return [.. Enumerable.Repeat(true, size)];
        }

        FieldInfo[] fields = type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
        if (type.GetCustomAttribute<InlineArrayAttribute>() is not null || IsFixedBuffer(type))
        {
            List<bool> element = Covered(fields[0].FieldType);
            return [.. Enumerable.Repeat(element, size / element.Count).SelectMany(bytes => bytes)];
        }

        List<bool> covered = [.. Enumerable.Repeat(false, size)];
        int next = 0;
        foreach (FieldInfo field in fields)
        {
            // Without a stated offset the bytes are counted one field after the other: a gap between them then shows at the end.
            List<bool> bytes = Covered(field.FieldType);
            int offset = field.GetCustomAttribute<FieldOffsetAttribute>()?.Value ?? next;
            for (int i = 0; i < bytes.Count; i++)
            {
                covered[offset + i] |= bytes[i];
            }

            next = offset + bytes.Count;
        }

        return covered;
    }

    private static bool IsFixedBuffer(Type type) => type.GetCustomAttribute<UnsafeValueTypeAttribute>() is not null && type.Name.Contains("__FixedBuffer", StringComparison.Ordinal);

    private static int SizeOf(Type type) =>
        (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;
}
