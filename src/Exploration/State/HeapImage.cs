using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Conformance.Reference.Fibers;

namespace Conformance.Exploration.State;

/// <summary>
/// What is known of the objects of one run, which stands between two steps whenever it is looked at: every object that the
/// fibers and the world can still reach, including what each async method keeps for its continuation. A look gives the
/// state's fingerprint, and a state that was looked at can be kept and brought back later, in the very same objects. Of an object that is as
/// it was at the last look nothing is read again. One thread at a time.
/// </summary>
/// <remarks>
/// Objects are numbered in the order in which they are found, so that neither addresses nor the way to a state matter for its
/// fingerprint, only its shape and its values. What is marked <see cref="NotStateAttribute"/> is left out of the
/// fingerprint, but kept and brought back with the rest.
/// </remarks>
public sealed class HeapImage
{
    private const int FewObjects = 20_000;

    private readonly bool _takesSecond;
    private readonly TypeTable<HeapPlan> _plans = new(HeapPlan.For);
    private readonly ObjectTable _objects = new();
    private readonly ContentReader _reader = new();
    private readonly List<Fiber> _fibers = [];
    private readonly Dictionary<ulong, ulong> _labels = [];
    private readonly List<HeapVersion> _versions = [];
    private TrackedObject[] _met = new TrackedObject[1 << 10];
    private int _count;
    private int _most = FewObjects;
    private int _round;
    private int _stamp;
    private bool _isFresh;
    private ulong _first;
    private ulong _second;

    /// <summary>Makes one of a run that nobody looked at.</summary>
    /// <param name="takesSecond">Whether a second, independent hash is taken too, by which collisions of the first are noticed.</param>
    public HeapImage(bool takesSecond = false) => _takesSecond = takesSecond;

    /// <summary>How many objects the last look met.</summary>
    public int Objects => _count;

    /// <summary>The fingerprint of a driver's fibers and of everything else that <paramref name="roots"/> reach.</summary>
    public StateKey Take(SteppedDriver driver, params ReadOnlySpan<object?> roots)
    {
        ArgumentNullException.ThrowIfNull(driver);
        _round++;
        _count = 0;
        _labels.Clear();
        (_first, _second) = ContentReader.Empty;
        AddRoot(driver);
        foreach (object? root in roots)
        {
            AddRoot(root);
        }

        AddFibers(driver);
        for (int i = 0; i < _count; i++)
        {
            Add(i, Look(_met[i]));
        }

        _isFresh = true;
        return new StateKey(_first, _takesSecond ? _second : 0);
    }

    /// <summary>Says that the run goes on: what was looked at may be so no more.</summary>
    internal void Leave() => _isFresh = false;

    /// <summary>Keeps the run as it stands; it was looked at here.</summary>
    /// <param name="root">Reaches all of it.</param>
    /// <exception cref="NotSupportedException">Something in it cannot be brought back.</exception>
    internal HeapVersion Keep(object root)
    {
        if (!_isFresh)
        {
            throw new InvalidOperationException("expected a run that was looked at where it stands, got one that has gone on since; look at it first");
        }

        int looked = _count;
        Meet(Track(root));
        for (int i = 0; i < _count; i++)
        {
            var tracked = _met[i];
            if (tracked.Plan.HasPartOutside)
            {
                throw new NotSupportedException($"expected objects that can be kept and brought back, got a {tracked.Target.GetType()}; keep it out of what is explored");
            }

            var version = tracked.Last!;
            if (i >= looked)
            {
                // What is state is met already, but for what is reached through the rest.
                version = Look(tracked);
                MeetAll(version.State);
            }

            MeetAll(version.Rest);
        }

        var objects = new ObjectVersion[_count];
        for (int i = 0; i < objects.Length; i++)
        {
            objects[i] = _met[i].Last!;
        }

        var kept = new HeapVersion(objects);
        _versions.Add(kept);
        return kept;
    }

    /// <summary>Brings the run back to where it stood when that version was kept.</summary>
    internal void Restore(HeapVersion version)
    {
        foreach (var was in version.Objects)
        {
            var tracked = was.Tracked;
            if (was.Kept is { } kept && !(_isFresh && tracked.Round == _round && tracked.Last == was))
            {
                if (!tracked.Plan.IsSame(tracked.Target, kept))
                {
                    tracked.Plan.Restore(tracked.Target, kept);
                }

                tracked.Last = was;
            }
        }

        _isFresh = false;
        if (_objects.Count > _most)
        {
            Forget(version);
        }
    }

    /// <summary>Forgets the objects of all that cannot come back.</summary>
    private void Forget(HeapVersion current)
    {
        _objects.Clear();
        _versions.RemoveAll(version => version != current && !version.IsHeld);
        _round++;
        foreach (var version in _versions)
        {
            foreach (var was in version.Objects)
            {
                if (was.Tracked.Round != _round)
                {
                    was.Tracked.Round = _round;
                    _objects.Add(was.Tracked);
                }
            }
        }

        _most = Math.Max(FewObjects, 2 * _objects.Count);
    }

    /// <summary>What there is to see of an object now.</summary>
    private ObjectVersion Look(TrackedObject tracked)
    {
        var last = tracked.Last;
        return last is not null && (last.Kept is null || tracked.Plan.IsSame(tracked.Target, last.Kept)) ? last : tracked.Last = Read(tracked);
    }

    private ObjectVersion Read(TrackedObject tracked)
    {
        object target = tracked.Target;
        var plan = tracked.Plan;
        var last = tracked.Last;
        _reader.Clear();
        plan.ReadState(target, _reader);
        var content = _reader.Key;
        ulong[] labels = _reader.Labels.ToArray();
        var state = Track(_reader.References, last is null ? [] : last.State);
        TrackedObject[] rest = [];
        if (plan.HasRest)
        {
            _reader.Clear();
            plan.ReadReferences(target, _reader);
            rest = Without(Track(_reader.References, last is null ? [] : last.Rest), state);
        }

        var own = new StateKey(ContentReader.MixFirst(content.First, plan.Id), ContentReader.MixSecond(content.Second, plan.Id));
        return new ObjectVersion(tracked, plan.Keep(target), own, state, rest, labels);
    }

    private TrackedObject[] Track(ReadOnlySpan<object> targets, TrackedObject[] before)
    {
        if (targets.Length == 0)
        {
            return [];
        }

        bool isSame = targets.Length == before.Length;
        var result = new TrackedObject[targets.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = i < before.Length && ReferenceEquals(before[i].Target, targets[i]) ? before[i] : Track(targets[i]);
            isSame = isSame && result[i] == before[i];
        }

        return isSame ? before : result;
    }

    private TrackedObject[] Without(TrackedObject[] all, TrackedObject[] others)
    {
        if (all.Length == 0 || others.Length == 0)
        {
            return all;
        }

        _stamp++;
        foreach (var tracked in others)
        {
            tracked.Stamp = _stamp;
        }

        return Array.TrueForAll(all, tracked => tracked.Stamp != _stamp) ? all : Array.FindAll(all, tracked => tracked.Stamp != _stamp);
    }

    private TrackedObject Track(object target)
    {
        if (_objects.Find(target) is not { } tracked)
        {
            tracked = new TrackedObject(target, _plans.Of(target.GetType()));
            _objects.Add(tracked);
        }

        return tracked;
    }

    /// <summary>Takes in what was seen of an object: its part does not wait for those of others.</summary>
    private void Add(int number, ObjectVersion version)
    {
        ulong part = ContentReader.MixFirst((ulong)number, version.Content.First);
        foreach (var tracked in version.State)
        {
            part = ContentReader.MixFirst(part, (ulong)Meet(tracked));
        }

        foreach (ulong label in version.Labels)
        {
            part = ContentReader.MixFirst(part, Number(label));
        }

        _first += part;
        if (_takesSecond)
        {
            _second += SecondOf(number, version);
        }
    }

    /// <summary>The same by the second hash, when all that it refers to has its number.</summary>
    private ulong SecondOf(int number, ObjectVersion version)
    {
        ulong part = ContentReader.MixSecond((ulong)number, version.Content.Second);
        foreach (var tracked in version.State)
        {
            part = ContentReader.MixSecond(part, (ulong)tracked.Number);
        }

        foreach (ulong label in version.Labels)
        {
            part = ContentReader.MixSecond(part, Number(label));
        }

        return part;
    }

    /// <summary>The number of a label in the order in which they are met.</summary>
    private ulong Number(ulong label)
    {
        ref ulong number = ref CollectionsMarshal.GetValueRefOrAddDefault(_labels, label, out bool isKnown);
        if (!isKnown)
        {
            number = (ulong)_labels.Count;
        }

        return number;
    }

    private void AddRoot(object? root)
    {
        if (root is null or string)
        {
            Mix(TypePlan.NumberOf(root as string ?? string.Empty));
        }
        else
        {
            Mix((ulong)Meet(Track(root)));
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
        Mix((ulong)_fibers.Count);
        foreach (var fiber in _fibers)
        {
            AddRoot(fiber);
        }
    }

    private void MeetAll(TrackedObject[] all)
    {
        foreach (var tracked in all)
        {
            Meet(tracked);
        }
    }

    /// <summary>Meets an object on this look.</summary>
    /// <returns>Its number in the order in which they are met.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Meet(TrackedObject tracked)
    {
        if (tracked.Round != _round)
        {
            MeetFirst(tracked);
        }

        return tracked.Number;
    }

    private void MeetFirst(TrackedObject tracked)
    {
        tracked.Round = _round;
        tracked.Number = _count;
        if (_count == _met.Length)
        {
            Array.Resize(ref _met, 2 * _count);
        }

        _met[_count++] = tracked;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Mix(ulong value)
    {
        _first = ContentReader.MixFirst(_first, value);
        if (_takesSecond)
        {
            _second = ContentReader.MixSecond(_second, value);
        }
    }
}
