using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Ring;

/// <summary>How to see that a store no longer uses a ring.</summary>
internal static class StoppedRing
{
    /// <summary>
    /// Waits for the error word where the store offers it, then repairs the counters, asks for something, and fails the
    /// case when any of it is taken or answered. Other connections must go on.
    /// </summary>
    /// <param name="c">The case.</param>
    /// <param name="ring">The ring, broken and signalled.</param>
    /// <param name="before">Its words before it was broken; both queues were empty.</param>
    /// <param name="errors">What the error word may say.</param>
    /// <param name="situation">What was broken, for the report.</param>
    public static async Task ExpectAsync(StoreContext c, RawRing ring, RingWords before, XsRingError[] errors, string situation)
    {
        if (before.Features.HasFlag(XsServerFeatures.Error))
        {
            var told = await ring.WatchUntilAsync(w => w.Error != XsRingError.None);
            c.Expect(errors.Contains(told.Error), $"error {string.Join(" or ", errors.Select(e => (uint)e))} after {situation}", told.ToString());
        }
        else
        {
            await c.SettleAsync(20);
        }

        var stopped = await ring.LookAsync();
        c.Expect(stopped.ResponseProducer == before.ResponseProducer, $"no response put after {situation}", $"{before}; then {stopped}");
        await ring.StoreAsync(XsInterfacePage.ResponseConsumer, stopped.ResponseProducer);
        await ring.StoreAsync(XsInterfacePage.RequestProducer, stopped.RequestConsumer);
        await ring.PutAsync(StorePayload.Message(XsMessageType.GetDomainPath, 99, StorePayload.Strings("0")));
        await c.SettleAsync(20);
        var after = await ring.LookAsync();
        c.Expect(
            after.RequestConsumer == stopped.RequestConsumer && after.ResponseProducer == stopped.ResponseProducer,
            $"a ring that is no longer used after {situation}, even when repaired", $"{stopped}; then {after}");
        await c.ExpectServingAsync("XS-006", situation);
    }
}
