using Conformance.Model.Checking;
using Conformance.Model.Connection;
using Conformance.Model.Judging.Rules;

namespace Conformance.Model.Judging.Tracking;

/// <summary>Which steps of the model a write to a state node may be, by whose node it is and who wrote it.</summary>
/// <param name="Owner">The end whose node it is.</param>
/// <param name="IsOwn">Whether the owner's domain wrote it.</param>
/// <param name="MayBeToolStack">Whether the tool stack may have written it: it runs in the control domain or another that is privileged.</param>
internal readonly record struct StepMatch(ConnectionParticipant Owner, bool IsOwn, bool MayBeToolStack)
{
    /// <summary>Whom a write is put down to that was not possible.</summary>
    public Blame Blame => !IsOwn ? Blame.ToolStack : Owner == ConnectionParticipant.Front ? Blame.Front : Blame.Back;

    public static StepMatch For(string directory, string writer, string owner, Picture next)
    {
        bool isFront = DevicePath.IsFront(directory);
        bool asksToClose = !isFront && next.Back == 5;
        return new StepMatch(
            isFront ? ConnectionParticipant.Front : ConnectionParticipant.Back,
            writer == owner,
            writer != owner || (writer == "dom0" && asksToClose));
    }

    public bool IsPossible(StepId step) =>
        (IsOwn && step.Participant == (byte)Owner) || (MayBeToolStack && step.Participant == (byte)ConnectionParticipant.ToolStack);
}
