namespace Conformance.Model.Ring;

/// <summary>What an entry of the ring holds, in a byte: a kind and the number of a request.</summary>
internal static class RingEntry
{
    public const int Request = 1;
    public const int LongRequest = 2;
    public const int Segments = 3;
    public const int Response = 4;

    public static byte Of(int kind, int id) => (byte)((kind << 4) | id);

    public static int Kind(byte entry) => entry >> 4;

    public static int Id(byte entry) => entry & 0xF;

    public static string InWords(byte entry) => Kind(entry) switch
    {
        Request => $"request {Id(entry)}",
        LongRequest => $"head of request {Id(entry)}",
        Segments => $"segments of request {Id(entry)}",
        Response => $"response {Id(entry)}",
        _ => "nothing",
    };
}
