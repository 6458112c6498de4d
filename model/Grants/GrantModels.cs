using Conformance.Model.Checking;

namespace Conformance.Model.Grants;

/// <summary>The grant models that are checked by name; they are small enough to have one bound.</summary>
public static class GrantModels
{
    /// <summary>Grants between two domains that live, and between two that die.</summary>
    public static IReadOnlyList<IModel> All() =>
    [
        new CheckableModel<GrantState>("Two references, mapped, copied, revoked and given back, alone or in a batch.", new GrantModel("grants/life", hasDeath: false)),
        new CheckableModel<GrantState>("The same, and either domain may die, and the number of the dead peer be given away.", new GrantModel("grants/death", hasDeath: true)),
    ];
}
