using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Fibers;
using Conformance.Reference.World;
using Conformance.Tests.Fuzz.Machinery;
using FsCheck;

namespace Conformance.Tests.Fuzz.Block;

public class FrontProperties
{
    [Fuzz(400)]
    [Trait("Clause", "BF-005")]
    [Trait("Clause", "BF-007")]
    [Trait("Clause", "BF-039")]
    [Trait("Clause", "NG-002")]
    [Trait("Clause", "NG-050")]
    public Property Front_WithABackThatDoesAnything_NeverThrows_EndsEveryOperation_AndKeepsNothing(int seed) => RandomInput.Check(() =>
    {
        Random random = new(seed);
        var driver = new SteppedDriver(new SeededChoices((ulong)seed));
        var settings = FrontSettings.For((BlockProfile)random.Next(3)) with
        {
            DrainLimit = TimeSpan.FromSeconds(random.Next(2)),
            FirstRingIndex = random.Next(2) == 0 ? 0 : uint.MaxValue - 3,
        };
        string? violation = null;
        driver.Run(async () =>
        {
            var world = new XenWorld(driver);
            var front = await world.CreateDomainAsync();
            violation = await new HostileBack(random, world, front, new FrontDriver(settings)).RunAsync();
        });
        return violation;
    });

    [Fuzz(3000)]
    [Trait("Clause", "BF-014")]
    [Trait("Clause", "BF-015")]
    [Trait("Clause", "BF-022")]
    public Property SplittingATransfer_CoversExactlyItsBytes_WithinTheLimits(int seed) => RandomInput.Check(() =>
    {
        Random random = new(seed);
        DeviceSectorSize.TryCreate(512u << random.Next(5), out var sectorSize);
        int segments = 1 + random.Next(random.Next(2) == 0 ? 4 : 255);
        int bytesMax = 512 * (1 + random.Next(2 * 8 * segments));
        int offset = 512 * random.Next(8);
        int length = (int)sectorSize.Bytes * (1 + random.Next(300));
        int position = 0;
        while (position < length)
        {
            int start = (offset + position) % 4096;
            int bytes = RequestSplitting.Fit(start, length - position, segments, bytesMax, sectorSize);
            if (bytes == 0)
            {
                long room = Math.Min(((long)segments * 4096) - start, bytesMax);
                return room < sectorSize.Bytes ? null : $"nothing taken, though {room} bytes are allowed and a sector has {sectorSize}";
            }

            if (bytes % sectorSize.Bytes != 0 || bytes > bytesMax || bytes > length - position || RequestSplitting.SegmentsOf(start, bytes) > segments)
            {
                return $"{bytes} bytes in {RequestSplitting.SegmentsOf(start, bytes)} segments, of at most {bytesMax} in {segments}";
            }

            position += bytes;
        }

        return position == length ? null : $"{position} bytes of {length}";
    });
}
