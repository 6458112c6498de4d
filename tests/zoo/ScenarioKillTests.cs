using Conformance.Exploration.Scenarios;
using Conformance.Tests.Zoo.Machinery;
using Conformance.Tests.Zoo.Strategies;
using Xunit;

namespace Conformance.Tests.Zoo;

/// <summary>
/// What a scenario says it is about happens in it: a defect of a clause that it names fails it, within its own bounds. A scenario in
/// which nothing shows the defect does not name the clause.
/// </summary>
public sealed class ScenarioKillTests(StrategyTests.Probing probing) : IClassFixture<StrategyTests.Probing>
{
    /// <summary>Enough schedules for the rows that name no other number; most defects fail the first.</summary>
    private const int Most = 60;

    [Theory]
    [InlineData("I-06", "Z-231-late-medium-is-missed", "Connected")]
    [InlineData("I-07", "Z-017-failed-set-up-keeps-its-pages", "FailedAttach")]
    [InlineData("I-07-F5.0", "Z-017-failed-set-up-keeps-its-pages", "Gone")]
    [InlineData("I-07-F8", "Z-017-failed-set-up-keeps-its-pages", "FailedAttach")]
    [InlineData("I-08", "Z-155-teardown-expects-a-worker", "NullReferenceException")]
    [InlineData("I-08", "Z-237-port-stays-bound", "FailedAttach")]
    [InlineData("I-08-B8.1", "Z-005-half-mapped-ring", "S4")]
    [InlineData("I-08-B9.1", "Z-005-early-ring-pages-stay-mapped", "S4")]
    [InlineData("I-09", "EV-026-failed-bind-keeps-its-port", "BackClosed")]
    [InlineData("I-14", "Z-178-stale-nodes-stay", "NG-019")]
    [InlineData("I-14", "stale-offers-stay", "NG-019")]
    [InlineData("I-18", "RG-010-attached-to-the-producer", "standstill")]
    [InlineData("I-18", "Z-150-consumed-after-the-answer", "InvalidOperationException")]
    [InlineData("I-20n", "XB-029-no-close-without-a-front", "XB-029")]
    [InlineData("I-21", "XB-028-hotplug-status-left", "ClosedDown")]
    [InlineData("I-21", "Z-034-own-closing-tears-down", "standstill", 100)]
    [InlineData("I-22", "Z-034-own-closing-tears-down", "standstill", 100)]
    [InlineData("I-23", "XB-028-hotplug-status-left", "ClosedDown")]
    [InlineData("I-24", "GT-008-page-freed-while-in-use", "S2")]
    [InlineData("I-24", "GT-010-put-off-and-freed-anyway", "S2")]
    [InlineData("I-24", "Z-257-pages-in-use-are-given-up", "ClosedKeep")]
    [InlineData("I-25", "Z-157-overtaking-beginning-is-missed", "XB-014")]
    [InlineData("I-25d", "closed-back-is-not-revived", "standstill")]
    [InlineData("I-26", "Z-004-shutdown-flag-survives", "standstill")]
    [InlineData("I-26", "Z-238-ring-stays-mapped", "S4")]
    [InlineData("I-29", "Z-153-closed-before-unmap", "S4")]
    [InlineData("I-30", "Z-003-shutdown-flag-is-shared", "Gone")]
    [InlineData("I-33", "Z-178-stale-nodes-stay", "Connected")]
    [InlineData("I-35", "Z-114-worker-outlives-its-ring", "PageAccessException")]
    [InlineData("I-35", "Z-253-pool-outlives-its-connection", "standstill")]
    [InlineData("I-35a", "Z-114-worker-outlives-its-ring", "PageAccessException")]
    [InlineData("I-40", "Z-012-absent-front-is-ignored", "FrontDead")]
    [InlineData("I-41", "EV-007-peer-stays-bound", "EV-007")]
    [InlineData("I-41", "GT-033-mappings-outlive-the-mapper", "BackLost")]
    [InlineData("I-41", "Z-247-absent-back-ignored", "BackLost")]
    [InlineData("I-41r", "Z-258-outstanding-forgotten", "standstill")]
    [InlineData("I-42", "Z-054-entry-for-a-later-domain", "XS-061")]
    [InlineData("I-43", "XS-088-release-after-shutdown-untold", "XS-088")]
    [InlineData("I-44r", "XS-141-not-registered-with-the-next-store", "XB-027", 100)]
    [InlineData("I-60", "RG-018-notifications-forgotten", "standstill")]
    [InlineData("I-60", "RG-019-no-last-look", "standstill")]
    [InlineData("I-63", "Z-016-one-flag-for-all-shortages", "standstill")]
    [InlineData("I-64", "Z-150-consumed-after-the-answer", "InvalidOperationException")]
    [InlineData("I-65", "Z-007-count-checked-then-read-again", "BB-040", 700)]
    [InlineData("I-66", "Z-140-producer-not-bounded", "RG-015")]
    [InlineData("I-68", "RG-035-response-of-one-entry", "RG-035")]
    [InlineData("I-69", "Z-011-grant-error-panics", "InvalidOperationException")]
    [InlineData("I-70", "BB-019-barrier-does-not-drain", "BI-022")]
    [InlineData("I-70", "BI-023-flush-does-nothing", "BI-023")]
    [InlineData("I-71r", "Z-119-persistent-grants-leaked", "S4")]
    [InlineData("I-72", "NG-036-new-size-without-a-word", "NG-036")]
    public void AScenario_FailsOnADefectOfAClauseThatItNames(string scenario, string name, string rule, int most = Most)
    {
        var named = ScenarioCatalogue.Find(scenario)!.Clauses;
        var mutant = Mutant.Find(name);
        Assert.True(
            mutant.Kills.Any(clause => named.Contains(clause.ToString())),
            $"expected {scenario} to name one of {string.Join(", ", mutant.Kills)}; it names {string.Join(", ", named)}");

        var answer = Assert.Single(Assert.Single(probing.Ask(name, scenario, Strategy.Explorer.Name, most)));

        Assert.True(answer.Rule == rule, $"{mutant.Title}: expected a failure of {rule} in {scenario}; came {answer}");
    }
}
