using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Hvm;

namespace Conformance.Reference.Hypervisor;

/// <summary>The parameters of a domain (<c>HVMOP_get_param</c>, <c>HVMOP_set_param</c>). One that nobody set reads 0. Any thread.</summary>
public sealed class HvmParameters
{
    private readonly Domain _domain;
    private readonly Dictionary<HvmParameter, ulong> _values = [];

    internal HvmParameters(Domain domain) => _domain = domain;

    /// <summary>How upcalls are delivered.</summary>
    public CallbackVia Callback => new(Read(HvmParameter.CallbackIrq));

    /// <summary>Reads a parameter: EINVAL for one that is not in the table or a domain that is not HVM.</summary>
    public Errno Get(HvmParameter parameter, out ulong value)
    {
        value = 0;
        if (!IsKnown(parameter))
        {
            return Errno.EINVAL;
        }

        value = Read(parameter);
        return Errno.None;
    }

    /// <summary>Sets a parameter: EINVAL as for reading, and for a callback of a kind that does not exist.</summary>
    /// <param name="parameter">Which.</param>
    /// <param name="value">What.</param>
    /// <param name="byToolStack">Whether the control domain sets it; a guest sets its callback alone, else EPERM.</param>
    public Errno Set(HvmParameter parameter, ulong value, bool byToolStack = false)
    {
        if (!IsKnown(parameter))
        {
            return Errno.EINVAL;
        }

        if (parameter != HvmParameter.CallbackIrq && !byToolStack)
        {
            return Errno.EPERM;
        }

        if (parameter == HvmParameter.CallbackIrq && !Enum.IsDefined(new CallbackVia(value).Kind))
        {
            return Errno.EINVAL;
        }

        lock (_domain.Gate)
        {
            _values[parameter] = value;
            if (parameter == HvmParameter.CallbackIrq)
            {
                _domain.Events.OnCallback();
            }

            return Errno.None;
        }
    }

    /// <summary>Where the store is, if it is there at all (HV-006).</summary>
    public bool TryGetStore(out ulong frame, out PortNumber port)
    {
        frame = Read(HvmParameter.StorePfn);
        port = HvmParameterValue.PortOf(Read(HvmParameter.StoreEventChannel));
        return IsKnown(HvmParameter.StorePfn) && HvmParameterValue.IsAvailable(frame) && port.IsValid;
    }

    /// <summary>The tool stack tells the domain where its store is, and the callback is off until the domain sets it (HV-013).</summary>
    internal void Introduce(ulong frame, uint port)
    {
        _values[HvmParameter.StorePfn] = frame;
        _values[HvmParameter.StoreEventChannel] = port;
        _values.Remove(HvmParameter.CallbackIrq);
    }

    private bool IsKnown(HvmParameter parameter) => _domain.Options.Flavour == DomainFlavour.Hvm && Enum.IsDefined(parameter);

    private ulong Read(HvmParameter parameter)
    {
        lock (_domain.Gate)
        {
            return _values.GetValueOrDefault(parameter);
        }
    }
}
