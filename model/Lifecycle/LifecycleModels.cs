using System.Globalization;
using Conformance.Model.Checking;

namespace Conformance.Model.Lifecycle;

/// <summary>The lifecycle models that are checked by name.</summary>
public static class LifecycleModels
{
    /// <summary>A guest that is asked a number of things.</summary>
    public static IReadOnlyList<IModel> All(ModelBounds bounds)
    {
        int commands = bounds == ModelBounds.Large ? 4 : 3;
        return
        [
            new CheckableModel<LifecycleState>(
                string.Create(CultureInfo.InvariantCulture, $"A guest with two devices that is asked up to {commands} times to end, to begin again, or to stand still."),
                new LifecycleModel("lifecycle", commands)),
        ];
    }
}
