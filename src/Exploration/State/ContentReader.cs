using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Conformance.Exploration.State;

/// <summary>
/// Takes in the content of one object: the values that are its state as a hash, and in order the objects that it refers to
/// and the numbers of which only counts to which others they are equal. Filled by generated code, one object after another.
/// </summary>
internal sealed class ContentReader
{
    private const ulong FirstSeed = 0x9E37_79B9_7F4A_7C15;
    private const ulong FirstFactor = 0xA076_1D64_78BD_642F;
    private const ulong SecondSeed = 0xC2B2_AE3D_27D4_EB4F;
    private const ulong SecondFactor = 0xE703_7ED1_A0B4_28DB;

    /// <summary>Tells short labels from long ones: an accident that two of them are equal is no state.</summary>
    private const ulong ShortLabels = 1UL << 63;

    private readonly List<object> _references = [];
    private readonly List<ulong> _labels = [];
    private ulong _first;
    private ulong _second;

    /// <summary>The objects it refers to, in order.</summary>
    internal ReadOnlySpan<object> References => CollectionsMarshal.AsSpan(_references);

    /// <summary>The labels it holds, in order; none is 0.</summary>
    internal ReadOnlySpan<ulong> Labels => CollectionsMarshal.AsSpan(_labels);

    /// <summary>The hash of its values.</summary>
    internal StateKey Key => new(_first, _second);

    internal static StateKey Empty => new(FirstSeed, SecondSeed);

    internal void Clear()
    {
        _references.Clear();
        _labels.Clear();
        (_first, _second) = Empty;
    }

    internal void Add(ulong value)
    {
        _first = MixFirst(_first, value);
        _second = MixSecond(_second, value);
    }

    /// <summary>Takes in a number of which only counts to which others it is equal, and whether it is 0: that one means none.</summary>
    internal void AddLabel(ulong label, bool isShort)
    {
        Add(label == 0 ? 0UL : 1);
        if (label != 0)
        {
            _labels.Add(label ^ (isShort ? ShortLabels : 0));
        }
    }

    internal void AddString(string? text)
    {
        if (text is null)
        {
            Add(0);
        }
        else
        {
            AddBytes(MemoryMarshal.AsBytes(text.AsSpan()));
        }
    }

    internal void AddBytes(ReadOnlySpan<byte> bytes)
    {
        Add((ulong)bytes.Length);
        bytes = bytes[..(bytes.LastIndexOfAnyExcept((byte)0) + 1)];
        while (bytes.Length >= sizeof(ulong))
        {
            Add(MemoryMarshal.Read<ulong>(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        ulong rest = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            rest |= (ulong)bytes[i] << (8 * i);
        }

        Add(rest);
    }

    internal void AddRaw(ref byte first, int length) => AddBytes(MemoryMarshal.CreateReadOnlySpan(ref first, length));

    internal void AddReference(object? target)
    {
        if (target is null)
        {
            Add(0);
        }
        else if (target is string text)
        {
            AddString(text);
        }
        else
        {
            Add(1);
            _references.Add(target);
        }
    }

    /// <summary>Takes in an object that is no state, but is kept with it.</summary>
    internal void AddRest(object? target)
    {
        if (target is not (null or string))
        {
            _references.Add(target);
        }
    }

    internal static ulong MixFirst(ulong hash, ulong value) => Mix(hash ^ value, FirstFactor);

    internal static ulong MixSecond(ulong hash, ulong value) => Mix(hash ^ BitRotate(value), SecondFactor);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong value, ulong factor)
    {
        ulong high = Math.BigMul(value ^ factor, FirstSeed | 1, out ulong low);
        return high ^ low ^ factor;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong BitRotate(ulong value) => (value << 29) | (value >> 35);
}

/// <summary>The fingerprint of a state.</summary>
/// <param name="First">What states are told apart by.</param>
/// <param name="Second">An independent one, taken in test mode; else 0.</param>
public readonly record struct StateKey(ulong First, ulong Second);
