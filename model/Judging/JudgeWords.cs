using Conformance.Model.Connection;
using Conformance.Model.Judging.Tracking;

namespace Conformance.Model.Judging;

/// <summary>What the judge says of states.</summary>
internal static class JudgeWords
{
    /// <summary>Both state nodes.</summary>
    public static string Of(Picture picture) => $"front {Of(picture.Front)}, back {Of(picture.Back)}";

    /// <summary>One state node.</summary>
    public static string Of(byte state) => ConnectionWords.StateName(state);

    /// <summary>Who takes a step.</summary>
    public static string Of(ConnectionParticipant participant) => participant switch
    {
        ConnectionParticipant.ToolStack => "tool stack",
        ConnectionParticipant.Front => "front",
        ConnectionParticipant.Back => "back",
        _ => "world",
    };
}
