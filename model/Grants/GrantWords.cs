using System.Globalization;
using Conformance.Model.Checking;
using Conformance.Model.Trace;

namespace Conformance.Model.Grants;

/// <summary>Steps and states of the grant model in words.</summary>
internal static class GrantWords
{
    public static StepText Describe(in GrantState before, StepId step, in GrantState after)
    {
        string who = GrantParticipant.Names[step.Participant];
        int reference = step.Participant == GrantParticipant.Peer ? step.Argument & 1 : step.Argument;
        string processor = step.Participant == GrantParticipant.Peer ? $"processor {step.Argument >> GrantPeer.HandBit} " : "";
        bool isRefused = after.Hands[step.Argument >> GrantPeer.HandBit & 1].Place == HandPlace.Refused;
        var (code, text) = (GrantCode)step.Code switch
        {
            GrantCode.Claim => ("", $"takes reference {reference} from its pool"),
            GrantCode.Fill => ("", $"writes domain and frame of {reference}"),
            GrantCode.FillReadOnly => ("", $"writes domain and frame of {reference}, to be read only"),
            GrantCode.Publish => (HypervisorStep.Grant, $"writes the flags of {reference}"),
            GrantCode.Return => ("", $"puts {reference} back unused"),
            GrantCode.Inspect => ("", after.Places[reference] == GrantPlace.Deferred ? $"finds {reference} in use and puts it off" : $"finds {reference} unused"),
            GrantCode.Swap => (HypervisorStep.Revoke, after.Places[reference] == GrantPlace.Revoked ? $"revokes {reference}" : $"does not revoke {reference}: it came into use"),
            GrantCode.Free => ("", $"puts {reference} back"),
            GrantCode.Retry => ("", $"tries {reference} again"),
            GrantCode.BeginBatch => ("", "ends both references in one go"),
            GrantCode.EndBatch => ("", "puts back those that were revoked"),
            GrantCode.Wait => ("", "waits for two references"),
            GrantCode.Call => ("", after.Waiter == Waiter.Called ? "calls who waited" : "finds that another was faster"),
            GrantCode.Cancel => ("", "waits no more"),
            GrantCode.Reserve => ("", "reserves two references"),
            GrantCode.Map or GrantCode.MapWritable => (HypervisorStep.Map, $"maps {reference}{Kind(step)}{(isRefused ? ": refused" : "")}"),
            GrantCode.Use => ("", $"can use the mapping of {reference}"),
            GrantCode.Unmap => (HypervisorStep.Unmap, $"unmaps {reference}"),
            GrantCode.Unpin => ("", $"has the bits of {reference} cleared"),
            GrantCode.Copy or GrantCode.CopyWritable => (HypervisorStep.Copy, $"copies {(step.Code == (byte)GrantCode.Copy ? "from" : "to")} {reference}"),
            GrantCode.EndCopy => ("", $"ends the copy of {reference}"),
            GrantCode.Understand => ("", $"understands that {reference} was refused"),
            GrantCode.OwnerDies => (StepCode.DomainDeath, "the owner dies"),
            GrantCode.PeerDies => (StepCode.DomainDeath, "the peer dies"),
            GrantCode.Reap => ("", "gives the dead owner's memory back"),
            _ => ("", "gives the dead peer's number to another domain"),
        };
        return new StepText(who, code, processor + text, step.Participant == GrantParticipant.Peer && code.Length > 0 ? GrantParticipant.Names[GrantParticipant.Hypervisor] : null);
    }

    public static IReadOnlyList<KeyValuePair<string, string>> Describe(in GrantState state) =>
    [
        new("reference 0", $"{state.Places[0]} [{state.Entries[0]}]"),
        new("reference 1", $"{state.Places[1]} [{state.Entries[1]}]"),
        new("free", state.FreeCount.ToString(CultureInfo.InvariantCulture)),
        new("processor 0", InWords(state.Hands[0])),
        new("processor 1", InWords(state.Hands[1])),
        new("waits", state.Waiter.ToString()),
        new("owner", state.Owner.ToString()),
        new("peer", state.Peer.ToString()),
    ];

    private static string Kind(StepId step) => step.Code == (byte)GrantCode.MapWritable ? " for writing" : " for reading";

    private static string InWords(Hand hand) => hand.Place == HandPlace.Idle ? "Idle" : $"{hand.Place} {hand.Reference}{(hand.Writes ? " for writing" : "")}";
}
