using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Conformance.Reference.Fibers;

namespace Conformance.Exploration.State;

/// <summary>
/// Takes the fingerprint of a run that stands between two steps: of every object that the fibers and the world can still
/// reach, including what each async method keeps for its continuation. Objects are numbered in the order in which they are
/// found, so that neither addresses nor the way to a state matter, only its shape and its values. What is marked
/// <see cref="NotStateAttribute"/> is left out. One thread at a time.
/// </summary>
public sealed class StateHasher
{
    private const ulong FirstSeed = 0x9E37_79B9_7F4A_7C15;
    private const ulong FirstFactor = 0xA076_1D64_78BD_642F;
    private const ulong SecondSeed = 0xC2B2_AE3D_27D4_EB4F;
    private const ulong SecondFactor = 0xE703_7ED1_A0B4_28DB;

    /// <summary>Tells short labels from long ones: an accident that two of them are equal is no state.</summary>
    private const ulong ShortLabels = 1UL << 63;

    private readonly bool _takesSecond;
    private readonly TypeTable<TypePlan> _plans = new(TypePlan.For);
    private readonly ObjectNumbers _numbers = new();
    private readonly Stack<object> _found = new(256);
    private readonly List<Fiber> _fibers = [];
    private readonly Dictionary<ulong, ulong> _labels = [];
    private ulong _first;
    private ulong _second;

    /// <summary>Makes one.</summary>
    /// <param name="takesSecond">Whether a second, independent hash is taken too, by which collisions of the first are noticed.</param>
    public StateHasher(bool takesSecond = false) => _takesSecond = takesSecond;

    /// <summary>How many objects the last fingerprint covered.</summary>
    public int Objects => _numbers.Count;

    /// <summary>The fingerprint of a driver's fibers and of everything else that <paramref name="roots"/> reach.</summary>
    public StateKey Take(SteppedDriver driver, params ReadOnlySpan<object?> roots)
    {
        ArgumentNullException.ThrowIfNull(driver);
        _first = FirstSeed;
        _second = SecondSeed;
        _numbers.Clear();
        _labels.Clear();
        AddReference(driver);
        foreach (object? root in roots)
        {
            AddReference(root);
        }

        AddFibers(driver);
        while (_found.TryPop(out object? next))
        {
            var plan = _plans.Of(next.GetType());
            Add(plan.Id);
            plan.Visit(next, this);
        }

        return new StateKey(_first, _takesSecond ? _second : 0);
    }

    internal void Add(ulong value)
    {
        _first = Mix(_first ^ value, FirstFactor);
        if (_takesSecond)
        {
            _second = Mix(_second ^ BitRotate(value), SecondFactor);
        }
    }

    /// <summary>Takes in a number of which only counts to which others it is equal.</summary>
    internal void AddLabel(ulong label, bool isShort)
    {
        label ^= isShort ? ShortLabels : 0;
        ref ulong number = ref CollectionsMarshal.GetValueRefOrAddDefault(_labels, label, out bool isKnown);
        if (!isKnown)
        {
            number = (ulong)_labels.Count;
        }

        Add(number);
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
        foreach (byte part in bytes)
        {
            rest = (rest << 8) | part;
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
            Add((ulong)_numbers.Of(target, out bool isNew) + 1);
            if (isNew)
            {
                _found.Push(target);
            }
        }
    }

    // In the order of their names: the order of their start is not part of the state.
    private void AddFibers(SteppedDriver driver)
    {
        _fibers.Clear();
        foreach (var fiber in driver.Alive)
        {
            if (!fiber.Group.IsDead)
            {
                _fibers.Add(fiber);
            }
        }

        _fibers.Sort(static (one, other) => string.CompareOrdinal(one.Identity, other.Identity));
        Add((ulong)_fibers.Count);
        foreach (var fiber in _fibers)
        {
            AddReference(fiber);
        }
    }

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
