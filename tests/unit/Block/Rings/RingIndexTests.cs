using Conformance.Model.Protocol.Rings;

namespace Conformance.Tests.Unit.Block.Rings;

public class RingIndexTests
{
    [Theory]
    [Trait("Clause", "RG-007")]
    [Trait("Clause", "RG-018")]
    [InlineData(0u)]
    [InlineData(uint.MaxValue)]
    [InlineData(uint.MaxValue - 3)]
    [InlineData(0x7FFFFFFCu)]
    public void Notification_IsDue_ExactlyWhenTheEventWasPassed(uint old)
    {
        for (uint pushed = 0; pushed <= 8; pushed++)
        {
            for (int at = -8; at <= 16; at++)
            {
                uint eventIndex = unchecked(old + (uint)at);
                bool isPassed = at >= 1 && at <= pushed;
                Assert.Equal(isPassed, RingIndex.IsNotificationDue(old, unchecked(old + pushed), eventIndex));
            }
        }
    }

    [Fact]
    [Trait("Clause", "RG-013")]
    public void Free_CountsAcrossTheWrap()
    {
        Assert.Equal(32u, RingIndex.Free(32, 5, 5));
        Assert.Equal(0u, RingIndex.Free(32, 31, uint.MaxValue));
        Assert.Equal(30u, RingIndex.Free(32, 1, uint.MaxValue));
    }
}
