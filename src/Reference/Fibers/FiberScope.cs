namespace Conformance.Reference.Fibers;

/// <summary>One participant's view of a driver: its fibers, its signals, its clock.</summary>
public sealed class FiberScope
{
    private readonly FiberDriver _driver;

    /// <summary>Makes the view.</summary>
    /// <param name="driver">Who schedules.</param>
    /// <param name="group">Whose fibers they are.</param>
    public FiberScope(FiberDriver driver, FiberGroup group)
    {
        ArgumentNullException.ThrowIfNull(driver);
        ArgumentNullException.ThrowIfNull(group);
        _driver = driver;
        Group = group;
    }

    /// <summary>Whose fibers they are.</summary>
    public FiberGroup Group { get; }

    /// <summary>Time since the run began.</summary>
    public TimeSpan Now => _driver.Now;

    /// <inheritdoc cref="FiberDriver.Start"/>
    public Fiber Start(string name, Func<ValueTask> body) => _driver.Start(Group, name, body);

    /// <inheritdoc cref="FiberDriver.CreateSignal"/>
    public Signal CreateSignal(string name) => _driver.CreateSignal($"{Group.Name}: {name}");

    /// <inheritdoc cref="FiberDriver.WaitAsync(Signal)"/>
    public ValueTask WaitAsync(Signal signal) => _driver.WaitAsync(signal);

    /// <inheritdoc cref="FiberDriver.WaitAsync(Signal, TimeSpan?)"/>
    public ValueTask<bool> WaitAsync(Signal signal, TimeSpan? limit) => _driver.WaitAsync(signal, limit);

    /// <inheritdoc cref="FiberDriver.DelayAsync"/>
    public ValueTask DelayAsync(TimeSpan time) => _driver.DelayAsync(time);

    /// <inheritdoc cref="FiberDriver.YieldAsync"/>
    public ValueTask YieldAsync() => _driver.YieldAsync();

    /// <inheritdoc cref="FiberDriver.HaltAsync"/>
    public ValueTask HaltAsync() => _driver.HaltAsync();

    /// <summary>Whether the calling code runs in that fiber.</summary>
    public bool IsIn(Fiber fiber) => _driver.Current == fiber;

    /// <summary>Lets no other fiber of the participant take a step until <see cref="LetOthersRun"/>.</summary>
    /// <exception cref="InvalidOperationException">Called outside all fibers of the participant.</exception>
    public void RunAlone()
    {
        if (_driver.Current is not { } fiber || fiber.Group != Group)
        {
            throw new InvalidOperationException($"expected a fiber of {Group.Name} that is to run alone, got none; call this in one");
        }

        Group.LeaveAlone(fiber);
    }

    /// <summary>Ends <see cref="RunAlone"/>.</summary>
    public void LetOthersRun() => Group.LeaveAlone(null);
}
