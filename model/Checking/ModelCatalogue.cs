namespace Conformance.Model.Checking;

/// <summary>How far a model goes.</summary>
public enum ModelBounds
{
    /// <summary>Small enough that all models together are checked in minutes on two cores.</summary>
    Default,

    /// <summary>As far as memory allows.</summary>
    Large,
}

/// <summary>All models that can be checked by name.</summary>
public static class ModelCatalogue
{
    /// <summary>The models, in the order in which they are best read.</summary>
    public static IReadOnlyList<IModel> All(ModelBounds bounds) =>
    [
        .. Connection.ConnectionModels.All(bounds),
        .. Ring.RingModels.All(bounds),
        .. Store.StoreModels.All(bounds),
        .. Grants.GrantModels.All(),
        .. Lifecycle.LifecycleModels.All(bounds),
    ];
}
