using System.Globalization;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Framing;

/// <summary>Each number of the type table means what the table says. The numbers stand here as numbers on purpose.</summary>
public static class MessageTypeCases
{
    /// <summary>1, 2, 3, 11, 12, 13 and 14 are DIRECTORY, READ, GET_PERMS, WRITE, MKDIR, RM and SET_PERMS.</summary>
    [Case("XS-002", Over = Carriers.Both)]
    public static async Task NumbersOfNodeRequestsMeanWhatTheTableSays(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectTextAsync("OK\0", Ask(session, 11, area + "\0v"), "type 11, WRITE");
        await c.ExpectTextAsync("v", Ask(session, 2, area + "\0"), "type 2, READ of what type 11 wrote");
        await c.ExpectTextAsync("OK\0", Ask(session, 12, area + "/child\0"), "type 12, MKDIR");
        await c.ExpectTextAsync("child\0", Ask(session, 1, area + "\0"), "type 1, DIRECTORY after type 12");
        var perms = await c.ExpectOkAsync(Ask(session, 3, area + "\0"), "type 3, GET_PERMS");
        string owner = $"b{perms.Strings[0][1..]}";
        await c.ExpectTextAsync("OK\0", Ask(session, 14, $"{area}\0{owner}\0"), "type 14, SET_PERMS");
        await c.ExpectTextAsync(owner + "\0", Ask(session, 3, area + "\0"), "type 3, GET_PERMS of what type 14 set");
        await c.ExpectTextAsync("OK\0", Ask(session, 13, area + "/child\0"), "type 13, RM");
        await c.ExpectTextAsync("", Ask(session, 1, area + "\0"), "type 1, DIRECTORY after type 13");
    }

    /// <summary>4, 5 and 21 are WATCH, UNWATCH and RESET_WATCHES, and an event has type 15.</summary>
    [Case("XS-002", Over = Carriers.Both)]
    public static async Task NumbersOfWatchRequestsMeanWhatTheTableSays(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        foreach ((uint removal, string payload) in new[] { (5u, $"{area}\0token\0"), (21u, "\0") })
        {
            await c.ExpectTextAsync("OK\0", Ask(session, 4, $"{area}\0token\0"), "type 4, WATCH");
            var first = await session.NextEventAsync();
            c.Expect(first == new StoreEvent(area, "token"), $"the first event of type 15 for {area}", first.ToString());
            await c.ExpectTextAsync("OK\0", Ask(session, removal, payload), $"type {removal}, which removes the watch");
            await session.SettledEventsAsync();
            await c.ExpectOkAsync(session.WriteAsync(area, $"after {removal}"), "WRITE below a removed watch");
            c.ExpectEvents(await session.SettledEventsAsync(), $"after type {removal} removed the watch");
        }
    }

    /// <summary>6 and 7 are TRANSACTION_START and TRANSACTION_END.</summary>
    [Case("XS-002", Over = Carriers.Both)]
    public static async Task NumbersOfTransactionRequestsMeanWhatTheTableSays(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        foreach (string end in new[] { "F", "T" })
        {
            var started = await c.ExpectOkAsync(Ask(session, 6, "\0"), "type 6, TRANSACTION_START");
            c.Expect(
                uint.TryParse(started.Text.TrimEnd('\0'), NumberStyles.None, CultureInfo.InvariantCulture, out uint id),
                "a decimal transaction id from type 6", started.Summary);
            await c.ExpectOkAsync(session.WriteAsync(area, "inside", id), "WRITE in a transaction");
            await c.ExpectTextAsync("OK\0", session.RequestAsync((XsMessageType)7, StorePayload.Strings(end), id), $"type 7, TRANSACTION_END {end}");
            var after = await session.ReadAsync(area);
            c.Expect(after.IsError == (end == "F"), $"a node {(end == "F" ? "absent" : "there")} after type 7 with {end}", after.Summary);
        }
    }

    /// <summary>A failure comes as type 16.</summary>
    [Case("XS-002", "XS-016", Over = Carriers.Both)]
    public static async Task FailureHasNumberSixteen(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var reply = await session.ReadAsync(area + "/missing/node");
        c.Expect((uint)reply.Header.Type == 16, "a reply of type 16", reply.Header.ToString());
    }

    /// <summary>8, 9, 10, 17, 18 and 19 are INTRODUCE, RELEASE, GET_DOMAIN_PATH, IS_DOMAIN_INTRODUCED, RESUME and SET_TARGET.</summary>
    [Case("XS-002", Needs = Needs.Guests)]
    public static async Task NumbersOfDomainRequestsMeanWhatTheTableSays(StoreContext c)
    {
        var session = await c.ConnectAsync();
        var domain = await c.CreateDomainAsync();
        var target = await c.CreateGuestAsync();
        string id = $"{domain.Id}\0";
        await c.ExpectTextAsync($"/local/domain/{domain.Id}\0", Ask(session, 10, id), "type 10, GET_DOMAIN_PATH");
        await c.ExpectTextAsync("F\0", Ask(session, 17, id), "type 17, IS_DOMAIN_INTRODUCED, before type 8");
        await c.ExpectTextAsync("OK\0", Ask(session, 8, $"{domain.Id}\0{domain.Frame}\0{domain.Port}\0"), "type 8, INTRODUCE");
        await c.ExpectTextAsync("T\0", Ask(session, 17, id), "type 17, IS_DOMAIN_INTRODUCED, after type 8");
        await c.ExpectTextAsync("OK\0", Ask(session, 18, id), "type 18, RESUME");
        await c.ExpectTextAsync("OK\0", Ask(session, 19, $"{domain.Id}\0{target.Id}\0"), "type 19, SET_TARGET");
        await c.ExpectTextAsync("OK\0", Ask(session, 9, id), "type 9, RELEASE");
        await c.ExpectTextAsync("F\0", Ask(session, 17, id), "type 17, IS_DOMAIN_INTRODUCED, after type 9");
    }

    /// <summary>0 is CONTROL.</summary>
    [Case("XS-002")]
    public static async Task NumberZeroIsControl(StoreContext c)
    {
        var session = await c.ConnectAsync();
        var reply = await SupportedAsync(Ask(session, 0, "print\0conformance\0"), "CONTROL");
        c.Expect(!reply.IsError, "success of type 0, CONTROL print", reply.Summary);
    }

    /// <summary>22 is DIRECTORY_PART.</summary>
    [Case("XS-002", Over = Carriers.Both)]
    public static async Task NumberTwentyTwoIsDirectoryPart(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync(area + "/child"), "MKDIR");
        var reply = await SupportedAsync(Ask(session, 22, area + "\00\0"), "DIRECTORY_PART");
        c.Expect(!reply.IsError && reply.Strings.Count >= 2 && reply.Strings[1] == "child", "a generation, then \"child\"", reply.Summary);
    }

    /// <summary>23 is GET_FEATURE and 24 is SET_FEATURE.</summary>
    [Case("XS-002", Needs = Needs.Guests)]
    public static async Task NumbersOfFeatureRequestsMeanWhatTheTableSays(StoreContext c)
    {
        var session = await c.ConnectAsync();
        var domain = await c.CreateDomainAsync();
        var offered = await SupportedAsync(Ask(session, 23, $"{domain.Id}\0"), "GET_FEATURE");
        c.Expect(!offered.IsError && IsNumber(offered), "a decimal number from type 23, GET_FEATURE", offered.Summary);
        var set = await SupportedAsync(Ask(session, 24, $"{domain.Id}\00\0"), "SET_FEATURE");
        c.Expect(set.Text == "OK\0", "success of type 24, SET_FEATURE", set.Summary);
        await c.ExpectTextAsync("0\0", Ask(session, 23, $"{domain.Id}\0"), "type 23 after type 24 set 0");
    }

    /// <summary>25 is GET_QUOTA and 26 is SET_QUOTA.</summary>
    [Case("XS-002", Needs = Needs.Guests)]
    public static async Task NumbersOfQuotaRequestsMeanWhatTheTableSays(StoreContext c)
    {
        var session = await c.ConnectAsync();
        var domain = await c.CreateDomainAsync();
        var quota = await SupportedAsync(Ask(session, 25, $"{domain.Id}\0nodes\0"), "GET_QUOTA");
        c.Expect(!quota.IsError && IsNumber(quota), "a decimal number from type 25, GET_QUOTA", quota.Summary);
        var set = await SupportedAsync(Ask(session, 26, $"{domain.Id}\0nodes\0777\0"), "SET_QUOTA");
        c.Expect(set.Text == "OK\0", "success of type 26, SET_QUOTA", set.Summary);
        await c.ExpectTextAsync("777\0", Ask(session, 25, $"{domain.Id}\0nodes\0"), "type 25 after type 26 set 777");
    }

    private static Task<StoreMessage> Ask(StoreSession session, uint type, string payload) =>
        session.RequestAsync((XsMessageType)type, StorePayload.Raw(payload));

    private static bool IsNumber(StoreMessage reply) =>
        reply.Payload.Length > 1 && reply.Payload[^1] == 0 && XsNumber.TryParse(reply.Payload.AsSpan()[..^1], uint.MaxValue, out _);

    private static async Task<StoreMessage> SupportedAsync(Task<StoreMessage> request, string name)
    {
        var reply = await request;
        return reply.Error == XsError.ENOSYS
            ? throw CaseOutcome.NotApplicable($"the daemon does not have {name}, which is optional")
            : reply;
    }
}
