using Conformance.Model.Checking;

namespace Conformance.Model.Connection;

/// <summary>Adds steps of the connection model under their ids.</summary>
internal readonly ref struct StepSink(TransitionBuffer<ConnectionState> into)
{
    public const int PlaceBits = 5;

    public void Front(StepOutcome outcome, FrontPc place, in ConnectionState next) =>
        Add(ConnectionParticipant.Front, ConnectionStep.Front, ((int)outcome << PlaceBits) | (int)place, in next);

    public void Back(StepOutcome outcome, BackPc place, in ConnectionState next) =>
        Add(ConnectionParticipant.Back, ConnectionStep.Back, ((int)outcome << PlaceBits) | (int)place, in next);

    public void Add(ConnectionParticipant participant, ConnectionStep step, int argument, in ConnectionState next) =>
        into.Add(new StepId((byte)participant, (byte)step, (ushort)argument), in next);
}
