using System.Reflection;
using Conformance.Model.Clauses;
using Xunit;
using Xunit.Sdk;

namespace Conformance.Tests.Zoo.Machinery;

/// <summary>A test of tests/unit, which is run with whatever reference the process has.</summary>
internal sealed class UnitTest
{
    private const string Tests = "Conformance.Tests.Unit";

    private readonly MethodInfo method;

    private UnitTest(MethodInfo method) => this.method = method;

    /// <summary>The clauses that the test and its class say they are about.</summary>
    internal IEnumerable<ClauseId> Clauses => method.CustomAttributes.Concat(method.DeclaringType!.CustomAttributes)
        .Where(attribute => attribute.AttributeType == typeof(TraitAttribute) && "Clause".Equals(attribute.ConstructorArguments[0].Value))
        .Select(attribute => ClauseId.Parse((string)attribute.ConstructorArguments[1].Value!));

    /// <summary>The test of that name below the tests' namespace.</summary>
    /// <exception cref="FormatException">There is none, or it is run more than once.</exception>
    internal static UnitTest Find(string name)
    {
        int dot = name.LastIndexOf('.');
        var method = dot < 0 ? null : Assembly.Load(Tests).GetType($"{Tests}.{name[..dot]}")?.GetMethod(name[(dot + 1)..]);
        return method is not null && method.IsDefined(typeof(FactAttribute)) && method.GetParameters().Length == 0
            ? new UnitTest(method)
            : throw new FormatException($"expected a test of tests/unit without parameters, found none named {name}");
    }

    /// <summary>Runs it as a program does: the exit code of <c>xenconf</c>, and what an assertion found on the output. Any other exception ends the program.</summary>
    internal int Run()
    {
        try
        {
            RunAsync().GetAwaiter().GetResult();
            return 0;
        }
        catch (XunitException failure)
        {
            Console.Out.WriteLine(failure.Message.ReplaceLineEndings(" "));
            return MutantRun.DoesNotConform;
        }
    }

    private async Task RunAsync()
    {
        object test = Activator.CreateInstance(method.DeclaringType!)!;
        try
        {
            if (method.Invoke(test, BindingFlags.DoNotWrapExceptions, null, null, null) is Task running)
            {
                await running;
            }
        }
        finally
        {
            await (test is IAsyncDisposable disposable ? disposable.DisposeAsync() : default);
            (test as IDisposable)?.Dispose();
        }
    }
}
