using System.Globalization;
using Conformance.Model.Protocol.XenStore;
using Conformance.Model.Store;

namespace Conformance.Tests.Model.Store;

/// <summary>
/// Histories as a table's cell can hold them: entries between semicolons. <c>1 3-5 write /a x -> OK</c> is client 1, from 3 to 5;
/// <c>7:read</c> is in transaction 7; <c>-> ?</c> is no reply; <c>1 @9 /a t</c> is an event.
/// </summary>
internal static class HistoryText
{
    public static StoreHistory Parse(string text)
    {
        var entries = text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(entry => entry.Split(' ')).ToList();
        return new StoreHistory(
            [.. entries.Where(words => words[1][0] != '@').Select(Operation)],
            [.. entries.Where(words => words[1][0] == '@').Select(words => new StoreDelivery(Number(words[0]), words[2], words[3], Number(words[1][1..])))],
            IsSettled: true);
    }

    private static StoreOperation Operation(string[] words)
    {
        var times = words[1].Split('-');
        var verb = words[2].Split(':');
        int arrow = Array.IndexOf(words, "->");
        var request = new StoreRequest(
            Enum.Parse<StoreVerb>(verb[^1], ignoreCase: true),
            arrow > 3 ? words[3] : "",
            arrow > 4 ? words[4] : "",
            verb.Length > 1 ? (uint)Number(verb[0]) : 0);
        return new StoreOperation(Number(words[0]), request, Reply(string.Join(' ', words[(arrow + 1)..])), Number(times[0]), Number(times[1]));
    }

    private static StoreReply? Reply(string text) => text switch
    {
        "?" => null,
        "OK" => StoreReply.Ok,
        _ when Enum.TryParse<XsError>(text, out var error) && !char.IsDigit(text[0]) => new StoreReply(error),
        _ => new StoreReply(XsError.None, text == "''" ? "" : text),
    };

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
