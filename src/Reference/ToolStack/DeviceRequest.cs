using Conformance.Model.Protocol;

namespace Conformance.Reference.ToolStack;

/// <summary>A device that the tool stack is to make.</summary>
/// <param name="Type">Its type: <c>vbd</c> or <c>vif</c>.</param>
/// <param name="Name">Its name below the type; the virtual device number of a block device.</param>
/// <param name="Front">The domain that uses it.</param>
/// <param name="Back">The domain that serves it.</param>
public sealed record DeviceRequest(string Type, string Name, DomainId Front, DomainId Back)
{
    /// <summary>Further nodes of the front's directory, which only the tool stack may write.</summary>
    public IReadOnlyDictionary<string, string> FrontNodes { get; init; } = new Dictionary<string, string>();

    /// <summary>Further nodes of the back's directory, such as the medium.</summary>
    public IReadOnlyDictionary<string, string> BackNodes { get; init; } = new Dictionary<string, string>();

    /// <summary>The front's directory (XB-057).</summary>
    public string FrontNode => $"/local/domain/{Front}/device/{Type}/{Name}";

    /// <summary>The back's directory (XB-057).</summary>
    public string BackNode => $"/local/domain/{Back}/backend/{Type}/{Front}/{Name}";
}
