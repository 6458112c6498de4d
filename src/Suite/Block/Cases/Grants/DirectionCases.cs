using Conformance.Model.Judging;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Ports;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Grants;

/// <summary>Who may write to a page that is granted for a request.</summary>
public static class DirectionCases
{
    private static readonly int[] Lengths = [512, 4096, 11 * 4096];

    /// <summary>Without persistent grants a front lets the back only read what it writes to the disk, and write what it reads.</summary>
    [Case("GT-036", Guards = "Z-256")]
    public static async Task FrontGrantsForReadingExactlyWhatTheBackReads(PairContext c)
    {
        var pair = await ObservedPair.ConnectAsync(c, "GT-036", isPersistent: false);
        foreach (int length in Lengths)
        {
            foreach (bool isWrite in (bool[])[true, false, true])
            {
                int before = pair.Guest.GrantLog.Lendings.Count;
                var result = await RunAsync(pair, isWrite, length);
                var lent = pair.Guest.GrantLog.Lendings.Skip(before).ToList();
                var expected = isWrite ? GrantAccess.ReadOnly : GrantAccess.ReadWrite;
                PairContext.ExpectOf(Blame.Front, "GT-036", lent.Count >= (length + 4095) / 4096, $"pages granted for {length} bytes", $"{lent.Count}");
                PairContext.ExpectOf(Blame.Front, "GT-036", lent.TrueForAll(lending => lending.Access == expected), $"{expected} for every page of a {(isWrite ? "write" : "read")}", string.Join(' ', lent.Select(lending => lending.Access)));
                PairContext.ExpectOf(Blame.Back, "BI-019", result == DiskResult.Ok, "the request to succeed", result.ToString());
            }
        }
    }

    /// <summary>Without persistent grants a back maps for reading what it only reads, and for writing what it fills.</summary>
    [Case("GT-035", Guards = "Z-211")]
    public static async Task BackMapsForReadingExactlyWhatItReads(PairContext c)
    {
        var pair = await ObservedPair.ConnectAsync(c, "GT-035", isPersistent: false);
        foreach (int length in Lengths)
        {
            foreach (bool isWrite in (bool[])[true, false, true])
            {
                int before = pair.BackDomain.GrantLog.Mappings.Count;
                var result = await RunAsync(pair, isWrite, length);
                var mapped = pair.BackDomain.GrantLog.Mappings.Skip(before).ToList();
                var expected = isWrite ? GrantAccess.ReadOnly : GrantAccess.ReadWrite;
                c.Expect("GT-035", mapped.Count > 0 && mapped.TrueForAll(mapping => mapping.Access == expected), $"{expected} for every page that a {(isWrite ? "write" : "read")} maps", string.Join(' ', mapped.Select(mapping => mapping.Access)));
                c.Expect("BI-019", result == DiskResult.Ok, "the request to succeed", result.ToString());
                c.Expect("GT-031", mapped.TrueForAll(mapping => !mapping.IsLive), "every page of a request unmapped after it", $"{mapped.Count(mapping => mapping.IsLive)} mapped");
            }
        }

        await pair.ExpectDataAsync("GT-035", 64, 4096);
    }

    private static async ValueTask<DiskResult> RunAsync(ObservedPair pair, bool isWrite, int length)
    {
        var bytes = new byte[length];
        return isWrite ? await pair.Medium.WriteAsync(new Sector512(8), bytes) : await pair.Medium.ReadAsync(new Sector512(8), bytes);
    }
}
