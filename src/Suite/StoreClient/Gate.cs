namespace Conformance.Suite.StoreClient;

/// <summary>Holds up what goes through it until the case opens it. At the end of a case every gate is open.</summary>
public sealed class Gate
{
    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the gate is open.</summary>
    public Task Opened => opened.Task;

    /// <summary>Opens it for good.</summary>
    public void Open() => opened.TrySetResult();
}
