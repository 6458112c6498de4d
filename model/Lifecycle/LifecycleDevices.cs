using Conformance.Model.Checking;

namespace Conformance.Model.Lifecycle;

/// <summary>The devices of a guest: each connects again after a resume and serves one request.</summary>
internal sealed class LifecycleDevices(LifecycleMutant mutant)
{
    public void Add(in LifecycleState state, TransitionBuffer<LifecycleState> into)
    {
        for (int device = 0; device < 2; device++)
        {
            AddConnect(in state, device, into);
            AddRequest(in state, device, into);
        }
    }

    /// <summary>A device learns from events of the store how far its back is, so somebody must deliver them (CT-009).</summary>
    private void AddConnect(in LifecycleState state, int device, TransitionBuffer<LifecycleState> into)
    {
        var own = state.Devices[device];
        bool isDelivered = (state.Guest & (GuestFacts.Store | GuestFacts.Masked)) == GuestFacts.Store
            && !(mutant == LifecycleMutant.BlocksWatchThread && state.Current == Command.Suspend);
        if (own.Place != DevicePlace.Recovers || !isDelivered)
        {
            return;
        }

        var next = state;
        var request = own.Request == Request.Held && mutant != LifecycleMutant.DropsHeld ? Request.OnRing : own.Request;
        next.Devices[device] = own with { Place = DevicePlace.Runs, Request = request };
        Add(into, LifecycleCode.Connect, device, in next);
    }

    private static void AddRequest(in LifecycleState state, int device, TransitionBuffer<LifecycleState> into)
    {
        var own = state.Devices[device];
        var next = state;
        bool isQuiet = state.Place is not (GuestPlace.Idle or GuestPlace.Acknowledging);
        if (own.Request == Request.None && !isQuiet && own.Place is DevicePlace.Runs or DevicePlace.Recovers)
        {
            next.Devices[device] = own with { Request = own.Place == DevicePlace.Runs ? Request.OnRing : Request.Held };
            Add(into, LifecycleCode.Submit, device, in next);
        }
        else if (own.Request == Request.OnRing && own.Place == DevicePlace.Runs)
        {
            next.Devices[device] = own with { Request = Request.Done };
            Add(into, LifecycleCode.Complete, device, in next);
        }
    }

    private static void Add(TransitionBuffer<LifecycleState> into, LifecycleCode code, int device, in LifecycleState next) =>
        into.Add(new StepId((byte)(LifecycleParticipant.FirstDevice + device), (byte)code, (ushort)device), in next);
}
