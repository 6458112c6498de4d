namespace Conformance.Exploration.Scenarios;

/// <summary>I-01 to I-18: the attach.</summary>
public static class AttachScenarios
{
    /// <summary>The plain attach: the tool stack makes the disk and plugs the medium in.</summary>
    public static readonly Scenario Plain = new()
    {
        Name = "I-00",
        Title = "plain attach",
        Clauses = ["XB-010", "XB-051"],
        Play = static world => world.Toolstack(async () =>
        {
            await world.Tools.AddAsync(world.Disk);
            await world.Tools.HotplugAsync(world.Disk, Reference.Block.DiskRequest.MediumOf(world.Disk));
        }),
        End = EndPredicate.Connected,
    };
}
