using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Front;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Pairs;

/// <summary>Each generation of front against each of back.</summary>
public static class ProfileCases
{
    /// <summary>All nine pairs of profiles connect, and what is written is read.</summary>
    [Case("NG-048", "XB-008", "XB-009")]
    public static async Task EveryPairOfProfilesMovesData(PairContext c)
    {
        foreach (var frontProfile in Enum.GetValues<BlockProfile>())
        {
            foreach (var backProfile in Enum.GetValues<BlockProfile>())
            {
                c.Note($"front {frontProfile}, back {backProfile}");
                var back = await c.StartBackAsync(BackSettings.For(backProfile));
                var front = await c.StartFrontAsync(FrontSettings.For(frontProfile));
                var disk = await c.AddDiskAsync();
                await c.ExpectConnectedAsync("NG-048", disk);
                await DiskCheck.ExpectKeepsAsync(c, front.FindDisk(disk.Name)!, new Sector512(8), 16 * 1024);
                c.Expect("XB-027", await c.Tools.RemoveAsync(disk), "the back to close within the tool stack's limit", "it did not");
                await front.StopAsync();
                await back.StopAsync();
            }
        }
    }
}
