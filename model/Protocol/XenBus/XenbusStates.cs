using Conformance.Model.Protocol.XenStore;

namespace Conformance.Model.Protocol.XenBus;

/// <summary>States as the store has them.</summary>
public static class XenbusStates
{
    /// <summary>Reads the value of a <c>state</c> node: a decimal number that is one of the states, 0 included (XB-001, XB-048).</summary>
    /// <returns>False for anything else; the state is <see cref="XenbusState.Unknown"/> then.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out XenbusState state)
    {
        bool isState = XsNumber.TryParse(text, (ulong)XenbusState.Reconfigured, out ulong number);
        state = isState ? (XenbusState)number : XenbusState.Unknown;
        return isState;
    }
}
