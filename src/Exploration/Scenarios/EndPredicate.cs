using Conformance.Exploration.Engine;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Exploration.Scenarios;

/// <summary>A predicate on the state in which a run ended, judged by what is really there.</summary>
/// <param name="Name">Its name, such as <c>Connected</c>.</param>
/// <param name="FindBreachAsync">Looks at the world at rest, reading the store through the given client; null when it holds.</param>
public sealed record EndPredicate(string Name, Func<PairWorld, IStoreClient, ValueTask<Breach?>> FindBreachAsync)
{
    /// <summary>Both states 4, each ring page mapped once, one channel, the disk announced, no error.</summary>
    public static readonly EndPredicate Connected = new(nameof(Connected), EndRules.ConnectedAsync);

    /// <summary>Both states 4 and no error; whatever the two keep for later uses.</summary>
    public static readonly EndPredicate Serving = new(nameof(Serving), EndRules.ServingAsync);

    /// <summary>
    /// Both 6, or front 1 and back 2 again, and online 1: nothing granted, mapped or bound.
    /// </summary>
    public static readonly EndPredicate ClosedKeep = new(nameof(ClosedKeep), EndRules.ClosedKeepAsync);

    /// <summary>Both 6, online 0 and no hotplug-status: the tool stack may take the directories away. Nothing granted, mapped or bound.</summary>
    public static readonly EndPredicate ClosedDown = new(nameof(ClosedDown), EndRules.ClosedDownAsync);

    /// <summary>No directory, nothing held, nobody watches.</summary>
    public static readonly EndPredicate Gone = new(nameof(Gone), EndRules.GoneAsync);

    /// <summary>Closed by a failure: the error is written, nothing is held, the boot goes on.</summary>
    public static readonly EndPredicate FailedAttach = new(nameof(FailedAttach), EndRules.FailedAttachAsync);

    /// <summary>The front's domain is dead: the back holds nothing of it, and no memory of it is in use.</summary>
    public static readonly EndPredicate FrontDead = new(nameof(FrontDead), EndRules.FrontDeadAsync);

    /// <summary>The back's domain is dead or its directory gone: the front holds nothing for it and does not say Connected.</summary>
    public static readonly EndPredicate BackLost = new(nameof(BackLost), EndRules.BackLostAsync);

    /// <summary>The one or the other, whichever way it went.</summary>
    public static EndPredicate AnyOf(params EndPredicate[] several)
    {
        ArgumentNullException.ThrowIfNull(several);
        return new EndPredicate(string.Join(" or ", several.Select(one => one.Name)), async (world, store) =>
        {
            Breach? first = null;
            foreach (var one in several)
            {
                var breach = await one.FindBreachAsync(world, store);
                if (breach is null)
                {
                    return null;
                }

                first ??= breach;
            }

            return first! with { Message = $"{first.Message}, nor anything else of {string.Join(", ", several.Skip(1).Select(one => one.Name))}" };
        });
    }
}
