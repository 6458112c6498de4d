using Conformance.Reference.Fibers;

namespace Conformance.Tests.Unit.Fibers;

public sealed class AccessTests
{
    private static readonly Resource First = new(ResourceKind.Page, 1);
    private static readonly Resource Second = new(ResourceKind.Page, 2);

    [Fact]
    public void TouchOutsideAStep_IsCaught() =>
        Assert.Contains("outside", Caught(async driver =>
        {
            await driver.YieldAsync();
            driver.Audit.Touch(First, AccessMode.Read);
        }), StringComparison.Ordinal);

    [Fact]
    public void TouchOfWhatAStepDidNotDeclare_IsCaught() =>
        Assert.Contains("undeclared Read of Page 2", Caught(driver => Await(driver, First, AccessMode.Write, Second, AccessMode.Read)), StringComparison.Ordinal);

    [Fact]
    public void WriteOfWhatAStepOnlyReads_IsCaught() =>
        Assert.Contains("undeclared Write of Page 1", Caught(driver => Await(driver, First, AccessMode.Read, First, AccessMode.Write)), StringComparison.Ordinal);

    [Theory]
    [InlineData(AccessMode.Read)]
    [InlineData(AccessMode.Write)]
    public void DeclaredTouch_Passes(AccessMode mode) =>
        new SteppedDriver(new SeededChoices(1)).RunWith(driver => Await(driver, First, AccessMode.Write, First, mode));

    [Fact]
    public void TouchIsCaught_EvenWhenTheFiberSwallowsExceptions() =>
        Assert.NotEmpty(Caught(async driver =>
        {
            try
            {
                await Await(driver, First, AccessMode.Read, Second, AccessMode.Read);
            }
            catch (InvalidOperationException)
            {
            }
        }));

    [Fact]
    public void StepOutsideAllFibers_IsRefused()
    {
        var driver = new SteppedDriver(new SeededChoices(1));
        Action outside = () => driver.YieldAsync().AsTask();
        Assert.Throws<UndeclaredAccessException>(outside);
    }

    [Fact]
    public void SecondStepBeforeTheFirstIsAwaited_IsRefused() =>
        Assert.Contains("one step at a time", Caught(async driver =>
        {
            var first = driver.YieldAsync().AsTask();
            await driver.YieldAsync();
            await first;
        }), StringComparison.Ordinal);

    [Fact]
    public void SetsConflict_WhenOneWritesWhatTheOtherTouches()
    {
        Assert.True(Set((First, AccessMode.Write)).ConflictsWith(Set((First, AccessMode.Read))));
        Assert.True(Set((First, AccessMode.Read)).ConflictsWith(Set((Second, AccessMode.Read), (First, AccessMode.Write))));
        Assert.False(Set((First, AccessMode.Read)).ConflictsWith(Set((First, AccessMode.Read))));
        Assert.False(Set((First, AccessMode.Write)).ConflictsWith(Set((Second, AccessMode.Write))));
        Assert.True(Set((Resource.World, AccessMode.Write)).ConflictsWith(Set((Second, AccessMode.Read))));
        Assert.True(Set((First, AccessMode.Read)).ConflictsWith(Set((Resource.World, AccessMode.Write))));
    }

    [Fact]
    public void SetThatOverflows_IsAccessToTheWorld()
    {
        var set = default(AccessSet);
        for (ulong i = 0; i <= AccessSet.Capacity; i++)
        {
            set.Reads(new Resource(ResourceKind.Page, 10 + i));
        }

        Assert.True(set.Covers(First, AccessMode.Write));
        Assert.True(set.ConflictsWith(Set((First, AccessMode.Read))));
    }

    private static AccessSet Set(params (Resource Resource, AccessMode Mode)[] entries)
    {
        var set = default(AccessSet);
        foreach (var (resource, mode) in entries)
        {
            if (mode == AccessMode.Read)
            {
                set.Reads(resource);
            }
            else
            {
                set.Writes(resource);
            }
        }

        return set;
    }

    private static async ValueTask Await(FiberDriver driver, Resource declared, AccessMode declaredMode, Resource touched, AccessMode mode) =>
        await driver.PerformAsync<Touching, bool>(new Touching(driver.Audit, declared, declaredMode, touched, mode));

    private static string Caught(Func<FiberDriver, ValueTask> body)
    {
        var exception = Assert.ThrowsAny<Exception>(() => new SteppedDriver(new SeededChoices(1)).RunWith(body));
        return Assert.IsType<UndeclaredAccessException>(exception is FiberFailedException ? exception.InnerException : exception).Message;
    }

    private readonly struct Touching(AccessAudit audit, Resource declared, AccessMode declaredMode, Resource touched, AccessMode mode) : IStep<bool>
    {
        public void Declare(ref AccessSet accesses)
        {
            if (declaredMode == AccessMode.Read)
            {
                accesses.Reads(declared);
            }
            else
            {
                accesses.Writes(declared);
            }
        }

        public bool Perform()
        {
            audit.Touch(touched, mode);
            return true;
        }
    }
}

internal static class SteppedDriverTestExtensions
{
    public static void RunWith(this SteppedDriver driver, Func<FiberDriver, ValueTask> body) => driver.Run(() => body(driver), most: 100_000);
}
