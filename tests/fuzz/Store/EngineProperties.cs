using Conformance.Tests.Fuzz.Machinery;
using FsCheck;
using FsCheck.Fluent;

namespace Conformance.Tests.Fuzz.Store;

/// <summary>The engine against a plain specification of a store.</summary>
public class EngineProperties
{
    [Fuzz(1500)]
    [Trait("Clause", "XS-045")]
    [Trait("Clause", "XS-061")]
    [Trait("Clause", "XS-086")]
    [Trait("Clause", "XS-114")]
    [Trait("Clause", "XS-116")]
    [Trait("Clause", "XS-127")]
    public Property Engine_DoesWhatThePlainSpecificationDoes() => Prop.ForAll(ScriptGenerator.Scripts, script => Check(script));

    private static Property Check(Script script)
    {
        string? wrong;
        try
        {
            wrong = ScriptRun.Run(script);
        }
        catch (Exception exception)
        {
            wrong = exception.ToString();
        }

        return (wrong is null).Label(wrong ?? "");
    }
}
