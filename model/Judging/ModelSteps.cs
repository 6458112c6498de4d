using Conformance.Model.Connection;

namespace Conformance.Model.Judging;

/// <summary>The steps that drivers take in the connection model.</summary>
public static class ModelSteps
{
    /// <summary>Their codes as a trace has them, without numbers of pages and queues.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Enum.GetValues<FrontPc>().Select(place => ConnectionWords.FrontWords(place).Code)
            .Concat(Enum.GetValues<BackPc>().Select(place => ConnectionWords.BackWords(place).Code))
            .Select(code => code.Split('.')[0])
            .Where(code => code.Length > 1 && code[0] is 'F' or 'B')
            .Distinct(),
    ];
}
