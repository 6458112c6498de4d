namespace Conformance.Reference.Fibers;

/// <summary>Keeps objects that nobody uses now, so that they need not be made again. Whoever copies a run leaves them where they are.</summary>
public interface IPool
{
    /// <summary>Another pool of the kind, with nothing in it.</summary>
    object Empty();
}
