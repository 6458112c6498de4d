using Conformance.Model.Trace;

namespace Conformance.Tests.Model.Judging;

/// <summary>A trace written by hand, a line a step: <c>actor | step | object | name=value … | result</c>; <c>@n</c> behind the actor is the generation.</summary>
internal static class TraceText
{
    public static List<TraceEvent> Read(string text)
    {
        var steps = new List<TraceEvent>();
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var fields = line.Split('|', StringSplitOptions.TrimEntries);
            Assert.True(fields.Length == 5, $"expected five fields in a line of the sample, got '{line}'");
            var actor = fields[0].Split('@');
            var arguments = fields[3].Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(word => word.Split('=', 2))
                .Select(pair => new KeyValuePair<string, string>(pair[0], pair[1]))
                .ToArray();
            int generation = actor.Length > 1 ? int.Parse(actor[1], System.Globalization.CultureInfo.InvariantCulture) : 0;
            steps.Add(new TraceEvent(steps.Count, actor[0], generation, fields[1], fields[2], arguments, fields[4]));
        }

        return steps;
    }

    /// <summary>The life of a device with a ring of two pages and one request: attach, use, removal.</summary>
    public const string Life = """
        dom0/1 | TS | | op=TransactionStart | 1
        dom0/1 | TW | /local/domain/0/backend/vbd/5/51712/frontend | op=Write tx=1 value=/local/domain/5/device/vbd/51712 | OK
        dom0/1 | TW | /local/domain/0/backend/vbd/5/51712/frontend-id | op=Write tx=1 value=5 | OK
        dom0/1 | TW | /local/domain/0/backend/vbd/5/51712/online | op=Write tx=1 value=1 | OK
        dom0/1 | TW | /local/domain/0/backend/vbd/5/51712/state | op=Write tx=1 value=1 | OK
        dom0/1 | TW | /local/domain/5/device/vbd/51712/backend | op=Write tx=1 value=/local/domain/0/backend/vbd/5/51712 | OK
        dom0/1 | TW | /local/domain/5/device/vbd/51712/backend-id | op=Write tx=1 value=0 | OK
        dom0/1 | TW | /local/domain/5/device/vbd/51712/state | op=Write tx=1 value=1 | OK
        dom0/1 | TE | | op=TransactionEnd tx=1 what=T | OK
        dom5/blkfront 51712 | F0 | /local/domain/5/device/vbd/51712 | | OK
        dom5/blkfront 51712 | F1 | /local/domain/0/backend/vbd/5/51712 | | OK
        dom0/blkback 5/51712 | B0 | /local/domain/0/backend/vbd/5/51712 | | OK
        dom0/1 | W | /local/domain/0/backend/vbd/5/51712/max-ring-page-order | op=Write value=1 | OK
        dom0/blkback 5/51712 | B2 | /local/domain/0/backend/vbd/5/51712 | | OK
        dom0/blkback 5/51712 | B4 | /media/disk | | OK
        dom0/1 | W | /local/domain/0/backend/vbd/5/51712/state | op=Write value=2 | OK
        dom0/blkback 5/51712 | B5 | /local/domain/0/backend/vbd/5/51712 | | OK
        dom5 | R | /local/domain/0/backend/vbd/5/51712/state | op=Read | 2
        dom5/blkfront 51712 | F4 | /local/domain/0/backend/vbd/5/51712 | | OK
        dom5 | GE | 8 | to=0 | OK
        dom5/blkfront 51712 | F5.0 | ring page 0 of queue 0 | | OK
        dom5 | GE | 9 | to=0 | OK
        dom5/blkfront 51712 | F5.1 | ring page 1 of queue 0 | | OK
        dom5/blkfront 51712 | F6 | port of queue 0 | | OK
        dom5 | TS | | op=TransactionStart | 1
        dom5 | TW | /local/domain/5/device/vbd/51712/ring-ref0 | op=Write tx=1 value=8 | OK
        dom5 | TW | /local/domain/5/device/vbd/51712/ring-ref1 | op=Write tx=1 value=9 | OK
        dom5 | TW | /local/domain/5/device/vbd/51712/event-channel | op=Write tx=1 value=2 | OK
        dom5 | TE | | op=TransactionEnd tx=1 what=T | OK
        dom5/blkfront 51712 | F7 | /local/domain/5/device/vbd/51712 | | OK
        dom5 | W | /local/domain/5/device/vbd/51712/state | op=Write value=3 | OK
        dom5/blkfront 51712@1 | F8 | /local/domain/5/device/vbd/51712 | | OK
        dom0/blkback 5/51712@1 | B7 | /local/domain/5/device/vbd/51712 | | OK
        dom0 | GM | 8 | of=5 access=ReadWrite | Okay
        dom0/blkback 5/51712@1 | B8.0 | queue 0 page 0 ref 8 | | OK
        dom0 | GM | 9 | of=5 access=ReadWrite | Okay
        dom0/blkback 5/51712@1 | B8.1 | queue 0 page 1 ref 9 | | OK
        dom0/blkback 5/51712@1 | B9.0 | queue 0 port 2 | | OK
        dom0/blkback 5/51712@1 | B10.0 | queue 0 | | OK
        dom0/1 | TS | | op=TransactionStart | 2
        dom0/1 | TW | /local/domain/0/backend/vbd/5/51712/sectors | op=Write tx=2 value=4096 | OK
        dom0/1 | TW | /local/domain/0/backend/vbd/5/51712/sector-size | op=Write tx=2 value=512 | OK
        dom0/1 | TW | /local/domain/0/backend/vbd/5/51712/info | op=Write tx=2 value=0 | OK
        dom0/1 | TE | | op=TransactionEnd tx=2 what=T | OK
        dom0/blkback 5/51712@1 | B11 | /local/domain/0/backend/vbd/5/51712 | | OK
        dom0/1 | W | /local/domain/0/backend/vbd/5/51712/state | op=Write value=4 | OK
        dom0/blkback 5/51712@1 | B12 | /local/domain/0/backend/vbd/5/51712 | | OK
        dom5/blkfront 51712@1 | F9 | /local/domain/0/backend/vbd/5/51712 | | OK
        dom5 | W | /local/domain/5/device/vbd/51712/state | op=Write value=4 | OK
        dom5/blkfront 51712@1 | F10 | /local/domain/5/device/vbd/51712 | | OK
        dom5/blkfront 51712@1 | F11 | 51712 | | OK
        dom5 | GE | 10 | to=0 | OK
        dom5/blkfront 51712@1 | Q | queue 0 request 0 | operation=Read | OK
        dom5/blkfront 51712@1 | P | queue 0 | | OK
        dom0/blkback 5/51712@1 | C | queue 0 request 0 | operation=Read | OK
        dom0 | GM | 10 | of=5 access=ReadWrite | Okay
        dom0 | GU | 3 | of=5 | Okay
        dom0/blkback 5/51712@1 | A | queue 0 request 0 | operation=Read | OK
        dom5/blkfront 51712@1 | D | queue 0 request 0 | | Ok
        dom5 | GX | 10 | | OK
        dom0/1 | TS | | op=TransactionStart | 3
        dom0/1 | TW | /local/domain/0/backend/vbd/5/51712/online | op=Write tx=3 value=0 | OK
        dom0/1 | TW | /local/domain/0/backend/vbd/5/51712/state | op=Write tx=3 value=5 | OK
        dom0/1 | TE | | op=TransactionEnd tx=3 what=T | OK
        dom5 | W | /local/domain/5/device/vbd/51712/state | op=Write value=5 | OK
        dom5/blkfront 51712@1 | F20 | /local/domain/5/device/vbd/51712 | | OK
        dom5/blkfront 51712@1 | F22 | 51712 | | OK
        dom5 | W | /local/domain/5/device/vbd/51712/state | op=Write value=6 | OK
        dom5/blkfront 51712@1 | F23 | /local/domain/5/device/vbd/51712 | | OK
        dom0/blkback 5/51712@1 | B21 | blkback 5/51712 | | OK
        dom0/blkback 5/51712@1 | B22 | blkback 5/51712 | | OK
        dom0 | GU | 1 | of=5 | Okay
        dom0 | GU | 2 | of=5 | Okay
        dom0/blkback 5/51712@1 | B23 | blkback 5/51712 | | OK
        dom0/1 | W | /local/domain/0/backend/vbd/5/51712/state | op=Write value=6 | OK
        dom0/blkback 5/51712@1 | B24 | /local/domain/0/backend/vbd/5/51712 | | OK
        dom0/1 | D | /local/domain/5/device/vbd/51712 | op=Rm | OK
        dom0/1 | D | /local/domain/0/backend/vbd/5/51712 | op=Rm | OK
        dom5 | GX | 8 | | OK
        dom5 | GX | 9 | | OK
        dom5/blkfront 51712@1 | F24 | 51712 | | OK
        """;
}
