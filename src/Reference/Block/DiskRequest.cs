using System.Globalization;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.ToolStack;

namespace Conformance.Reference.Block;

/// <summary>What the tool stack is to make for a disk.</summary>
public static class DiskRequest
{
    /// <summary>A disk by its virtual device number and the path of its medium.</summary>
    public static DeviceRequest Make(uint number, string path, DomainId front, DomainId back, bool isWritable = true)
    {
        string name = number.ToString(CultureInfo.InvariantCulture);
        return new DeviceRequest("vbd", name, front, back)
        {
            FrontNodes = new Dictionary<string, string> { [BlockNodes.VirtualDevice] = name, [BlockNodes.DeviceType] = "disk" },
            BackNodes = new Dictionary<string, string>
            {
                [BlockNodes.Params] = path,
                [BlockNodes.Mode] = isWritable ? "w" : "r",
                [BlockNodes.DeviceType] = "disk",
                [BlockNodes.VirtualDevice] = name,
            },
        };
    }

    /// <summary>What the scripts write once the medium of such a disk is there (NG-047).</summary>
    public static IReadOnlyDictionary<string, string> MediumOf(DeviceRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new Dictionary<string, string> { [BlockNodes.PhysicalDevicePath] = request.BackNodes[BlockNodes.Params] };
    }
}
