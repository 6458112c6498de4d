using Conformance.Model.Protocol.Network;

namespace Conformance.Reference.Network;

/// <summary>
/// A switch inside one domain: a frame goes to the port where its receiver was last heard of, or to all but the one it
/// came from.
/// </summary>
public sealed class Bridge
{
    /// <summary>How many addresses are remembered; further ones are reached by asking everybody.</summary>
    public const int AddressesMax = 1024;

    private readonly List<IFramePort> _ports = [];
    private readonly Dictionary<MacAddress, IFramePort> _known = [];

    /// <summary>How many ports there are.</summary>
    public int Ports => _ports.Count;

    /// <summary>Adds a port, if it is not there already.</summary>
    public void Attach(IFramePort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        if (!_ports.Contains(port))
        {
            _ports.Add(port);
        }
    }

    /// <summary>Takes a port away, and forgets who was behind it.</summary>
    public void Detach(IFramePort port)
    {
        _ports.Remove(port);
        foreach (var (address, behind) in _known)
        {
            if (behind == port)
            {
                _known.Remove(address);
            }
        }
    }

    /// <summary>Passes a frame on.</summary>
    /// <param name="from">The port it came from.</param>
    /// <param name="frame">At least a header; what is shorter is dropped.</param>
    public void Forward(IFramePort from, ReadOnlySpan<byte> frame)
    {
        if (frame.Length < NetifRing.FrameMin)
        {
            return;
        }

        var receiver = MacAddress.Read(frame);
        Learn(MacAddress.Read(frame[MacAddress.Size..]), from);
        if (!receiver.IsGroup && _known.TryGetValue(receiver, out var behind))
        {
            if (behind != from)
            {
                behind.Take(frame);
            }

            return;
        }

        foreach (var port in _ports)
        {
            if (port != from)
            {
                port.Take(frame);
            }
        }
    }

    private void Learn(MacAddress sender, IFramePort port)
    {
        if (!sender.IsGroup && (_known.Count < AddressesMax || _known.ContainsKey(sender)))
        {
            _known[sender] = port;
        }
    }
}
