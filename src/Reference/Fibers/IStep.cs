namespace Conformance.Reference.Fibers;

/// <summary>
/// One operation on something shared: the unit that a scheduler orders. It says beforehand what it touches, and then is
/// performed as a whole. Made as a small value type, so that a step costs no allocation.
/// </summary>
/// <typeparam name="TResult">What the fiber observes of it.</typeparam>
public interface IStep<out TResult>
{
    /// <summary>Says what <see cref="Perform"/> will touch. Touches nothing itself but names.</summary>
    void Declare(ref AccessSet accesses);

    /// <summary>Does it. An exception is the step's outcome and is thrown where the fiber awaits it.</summary>
    TResult Perform();
}
