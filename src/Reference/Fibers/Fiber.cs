namespace Conformance.Reference.Fibers;

/// <summary>
/// One line of activity: ordinary async code that awaits nothing but steps and waits. Between two awaits it has the world
/// to itself; what a fiber may share with others it touches only in a step.
/// </summary>
public sealed class Fiber
{
    private readonly Func<ValueTask> _body;
    [NotState]
    private PendingStep?[] _slots = new PendingStep?[16];

    internal Fiber(FiberDriver driver, FiberGroup group, string name, long number, Func<ValueTask> body)
    {
        _body = body;
        Driver = driver;
        Group = group;
        Name = name;
        Identity = name;
        Number = number;
        Wait = new PendingWait(this);
        Ended = new Signal(driver, new Resource(ResourceKind.Signal, (ulong)number), $"the end of {name}") { IsEnd = true };
    }

    /// <summary>Whose fiber it is and what it does, such as <c>dom1/blkfront 51712</c>.</summary>
    public string Name { get; }

    /// <summary>
    /// The name that this fiber has alone, such as <c>dom1/watches#2</c> for the second of that name: the same in every order
    /// of the same run, unlike <see cref="Number"/>. Given where steps are ordered; elsewhere the plain name.
    /// </summary>
    public string Identity { get; internal set; }

    /// <summary>The order in which the driver's fibers were started, from 0.</summary>
    [field: NotState]
    public long Number { get; }

    /// <summary>With whom it lives and dies.</summary>
    public FiberGroup Group { get; }

    /// <summary>
    /// Whether its body has ended, well or not. For the one who drives the fibers, and for fibers of its own participant; to
    /// wait for the end of another's there is <see cref="JoinAsync"/>, which does the same whenever it is asked.
    /// </summary>
    /// <exception cref="UndeclaredAccessException">A fiber of another participant asks, and accesses are looked at: no step shows what it asks for.</exception>
    public bool IsEnded => !Driver.Audit.IsOn || Driver.Current is not { } asking || asking.Group == Group
        ? HasEnded
        : throw new UndeclaredAccessException($"expected a look at {Name} by its own participant, got one by {asking.Name}; join it, or share what it did by a step");

    /// <summary>The same for the drivers, whoever runs.</summary>
    internal bool HasEnded { get; private set; }

    internal FiberDriver Driver { get; }

    internal Signal Ended { get; }

    internal PendingWait Wait { get; }

    /// <summary>The step it awaits; null while it waits, runs, or has ended.</summary>
    internal PendingStep? Step { get; set; }

    internal bool IsWaiting { get; set; }

    /// <summary>Whether it stands in a queue of fibers that can go on.</summary>
    [field: NotState]
    internal bool IsQueued { get; set; }

    /// <summary>What it does next, for reports: the kind of step, or what it waits for.</summary>
    public string Next => HasEnded ? "nothing, it has ended" : Step is { } step ? step.Name : IsWaiting ? $"waits for {Wait.Name}" : "to begin";

    /// <summary>
    /// Whether its next step is seen by nobody but fibers of its own participant, whatever others do before: it begins, or
    /// goes on after the end of one that it waited for.
    /// </summary>
    public bool IsNextOwn => Step is null && !HasEnded && (!IsWaiting || Wait is { Deadline: null, Signal: { IsEnd: true, IsSet: true } });

    /// <summary>Says what its next step will touch; nothing for a wait that concerns nobody else. Of a fiber that can go on.</summary>
    public void Declare(ref AccessSet accesses)
    {
        if (Step is { } step)
        {
            step.Declare(ref accesses);
        }
        else if (IsWaiting)
        {
            Wait.Declare(ref accesses);
        }
    }

    /// <summary>Waits until its body has ended. One fiber may join another.</summary>
    public async ValueTask JoinAsync()
    {
        if (!HasEnded)
        {
            await Driver.WaitAsync(Ended);
        }
        else
        {
            // As if it had been waited for: who comes late must leave what one leaves who came in time.
            Ended.TryClear();
        }
    }

    internal PendingStep<TStep, TResult> Slot<TStep, TResult>()
        where TStep : struct, IStep<TResult>
    {
        int slot = PendingStep<TStep, TResult>.Slot;
        if (slot >= _slots.Length)
        {
            Array.Resize(ref _slots, Math.Max(slot + 1, 2 * _slots.Length));
        }

        return (PendingStep<TStep, TResult>)(_slots[slot] ??= new PendingStep<TStep, TResult>());
    }

    /// <summary>Runs the body from its beginning to its end, as far as others let it.</summary>
    internal async void Begin()
    {
        try
        {
            await _body();
        }
        catch (Exception exception)
        {
            Driver.OnFailure(this, exception);
        }

        HasEnded = true;
        Ended.Set();
        Driver.OnEnd(this);
    }
}
