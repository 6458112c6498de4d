using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;
using Conformance.Tests.Fuzz.Machinery;
using FsCheck;
using FsCheck.Fluent;

namespace Conformance.Tests.Fuzz.Hypervisor;

/// <summary>Grant tables against the plainest statement of who may use what.</summary>
public class GrantProperties
{
    private static Arbitrary<IReadOnlyList<GrantAction>> Scripts { get; } = RandomInput.Of<IReadOnlyList<GrantAction>>(
        120,
        (random, length) => [.. Enumerable.Range(0, length).Select(_ => new GrantAction(
            (GrantActionKind)random.Next(Enum.GetValues<GrantActionKind>().Length), random.Next(), random.Next()))],
        RandomInput.Without);

    [Fuzz(300)]
    [Trait("Clause", "GT-007")]
    [Trait("Clause", "GT-010")]
    [Trait("Clause", "GT-022")]
    [Trait("Clause", "GT-023")]
    [Trait("Clause", "GT-028")]
    [Trait("Clause", "GT-029")]
    [Trait("Clause", "GT-033")]
    public Property ATableOfVersionOne_DoesWhatTheModelSays() => Prop.ForAll(
        Scripts, script => RandomInput.Check(() => new GrantRun(GrantVersion.One).Play(script)));

    [Fuzz(300)]
    [Trait("Clause", "GT-003")]
    [Trait("Clause", "GT-007")]
    [Trait("Clause", "GT-010")]
    [Trait("Clause", "GT-022")]
    [Trait("Clause", "GT-023")]
    [Trait("Clause", "GT-028")]
    [Trait("Clause", "GT-033")]
    public Property ATableOfVersionTwo_DoesWhatTheModelSays() => Prop.ForAll(
        Scripts, script => RandomInput.Check(() => new GrantRun(GrantVersion.Two).Play(script)));

    [Fuzz(3000)]
    [Trait("Clause", "GT-024")]
    public bool NoMapOfAnything_HasAPositiveStatus(ushort domain, uint reference, uint flags)
    {
        var run = new GrantRun(GrantVersion.Two);
        return (short)run.MapAnything(new DomainId(domain), new GrantRef(reference), (GrantMapFlags)flags) <= 0;
    }
}
