using System.Globalization;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.StoreClient.Script;
using Conformance.Suite.Targets;

namespace Conformance.Suite.StoreClient.Cases.Values;

/// <summary>Numbers read out of nodes that hold something else, or too much.</summary>
public static class TypedReadCases
{
    private const int Default = 77;

    /// <summary>Text that is no number leaves the default.</summary>
    [Case("XS-144")]
    public static async Task TextThatIsNoNumberLeavesTheDefault(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        foreach (string text in new[] { "", "none", "x5", "-", "\0", "\xFF\xFE" })
        {
            var reading = client.ReadInt32Async("feature", Default, c.Cancellation);
            await store.AnswerAsync(XsMessageType.Read, text);
            await ExpectAsync(c, Default, reading, $"a node that holds \"{text}\"");
        }

        await ExpectInt32Async(c, client, store, "5", 5);
    }

    /// <summary>A node that is absent, or may not be read, leaves the default.</summary>
    [Case("XS-144")]
    public static async Task RefusedReadLeavesTheDefault(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        foreach (var error in new[] { XsError.ENOENT, XsError.EACCES, XsError.EIO })
        {
            var reading = client.ReadInt32Async("feature", Default, c.Cancellation);
            await store.RefuseAsync(XsMessageType.Read, error);
            await ExpectAsync(c, Default, reading, $"a node whose read is refused with {error}");
        }

        await ExpectInt32Async(c, client, store, "0", 0);
    }

    /// <summary>A number of 32 bits comes whole or not at all: one that does not fit is not cut to its low bits.</summary>
    [Case("XS-145", "XS-144", Guards = "Z-037")]
    public static async Task NumberThatDoesNotFitIsNotCut(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        await ExpectInt32Async(c, client, store, "2147483647", int.MaxValue);
        await ExpectInt32Async(c, client, store, "-2147483648", int.MinValue);
        foreach (string tooLarge in new[] { "2147483648", "-2147483649", "4294967296", "4294967301", "18446744073709551621", "99999999999999999999999999" })
        {
            await ExpectInt32Async(c, client, store, tooLarge, Default);
        }
    }

    /// <summary>A number of 64 bits comes with all of its bits.</summary>
    [Case("XS-145")]
    public static async Task WideNumberComesWhole(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        foreach (long number in new[] { 0, 4294967301, long.MaxValue, long.MinValue })
        {
            var reading = client.ReadInt64Async("sectors", Default, c.Cancellation);
            await store.AnswerAsync(XsMessageType.Read, number.ToString(CultureInfo.InvariantCulture));
            await ExpectAsync(c, number, reading, $"a node that holds {number}");
        }

        var overflowing = client.ReadInt64Async("sectors", Default, c.Cancellation);
        await store.AnswerAsync(XsMessageType.Read, "18446744073709551621");
        await ExpectAsync(c, Default, overflowing, "a node that holds 2^64 + 5");
    }

    private static async Task ExpectInt32Async(StoreClientContext c, IClientUnderTest client, ScriptedStore store, string text, int expected)
    {
        var reading = client.ReadInt32Async("feature", Default, c.Cancellation);
        await store.AnswerAsync(XsMessageType.Read, text);
        await ExpectAsync(c, expected, reading, $"a node that holds {text}, read as 32 bits with the default {Default}");
    }

    private static async Task ExpectAsync<T>(StoreClientContext c, T expected, Task<T> reading, string situation)
    {
        T came = await c.ResultAsync(reading, $"the typed read of {situation}");
        c.Expect(Equals(came, expected), $"{expected} from {situation}", $"{came}");
    }
}
