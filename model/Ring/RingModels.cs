using System.Globalization;
using Conformance.Model.Checking;

namespace Conformance.Model.Ring;

/// <summary>The ring models that are checked by name.</summary>
public static class RingModels
{
    /// <summary>One for each memory model, with long requests, and under attack.</summary>
    public static IReadOnlyList<IModel> All(ModelBounds bounds)
    {
        bool isLarge = bounds == ModelBounds.Large;
        return
        [
            Make("ring/sc", "sequential consistency", new() { Requests = isLarge ? 7 : 5 }),
            Make("ring/tso", "total store order", new() { Memory = MemoryModel.TotalStoreOrder, Requests = isLarge ? 7 : 4 }),
            Make("ring/relaxed", "a relaxed memory model", new() { Memory = MemoryModel.Relaxed, Requests = isLarge ? 5 : 3 }),
            Make("ring/relaxed-notify", "a relaxed memory model, a notification being a full barrier",
                new() { Memory = MemoryModel.Relaxed, Requests = isLarge ? 5 : 3, NotifyIsBarrier = true }),
            Make("ring/unchecked-rest", "total store order, the front resting without a final check when it expects nothing",
                new() { Memory = MemoryModel.TotalStoreOrder, Requests = isLarge ? 7 : 4, FrontMayRestUnchecked = true }),
            Make("ring/long", "total store order, requests of one or two entries",
                new() { Memory = MemoryModel.TotalStoreOrder, Entries = 4, Requests = isLarge ? 4 : 3, HasLongRequests = true }),
            Make("ring/hostile-front", "a front that attacks the back with its index",
                new() { Entries = 4, Requests = isLarge ? 4 : 3, HasLongRequests = true, Attacker = RingAttacker.Front }),
            Make("ring/hostile-back", "a back that attacks the front with its index",
                new() { Entries = 4, Requests = isLarge ? 4 : 3, HasLongRequests = true, Attacker = RingAttacker.Back }),
        ];
    }

    private static CheckableModel<RingState> Make(string name, string under, RingShape shape) => new(
        string.Create(CultureInfo.InvariantCulture, $"a ring of {shape.Entries} entries, {shape.Requests} requests: {under}"), new RingModel(name, shape));
}
