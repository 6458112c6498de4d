using System.Reflection;
using Conformance.Model.Clauses;

namespace Conformance.Suite.Cases;

/// <summary>All cases, found by their attribute.</summary>
public sealed class CaseCatalogue
{
    private const BindingFlags AnyMethod =
        BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Lazy<CaseCatalogue> Own =
        new(() => Discover(SuiteRoles.All, ClauseCatalogue.Default, typeof(CaseCatalogue).Assembly));

    /// <summary>Makes a catalogue of these cases.</summary>
    /// <exception cref="InvalidCaseException">Two cases share an id.</exception>
    public CaseCatalogue(IEnumerable<CaseDefinition> cases)
    {
        All = [.. cases.OrderBy(definition => definition.Id, StringComparer.Ordinal)];
        for (int i = 1; i < All.Count; i++)
        {
            if (All[i].Id == All[i - 1].Id)
            {
                throw new InvalidCaseException($"two cases have the id {All[i].Id}; rename one of the methods");
            }
        }
    }

    /// <summary>The cases that this build carries.</summary>
    /// <exception cref="InvalidCaseException">One is malformed.</exception>
    public static CaseCatalogue Default => Own.Value;

    /// <summary>All cases in the order of their ids.</summary>
    public IReadOnlyList<CaseDefinition> All { get; }

    /// <summary>Finds the cases of the assemblies.</summary>
    /// <param name="roles">The roles a case may ask.</param>
    /// <param name="clauses">The clauses a case may name.</param>
    /// <param name="assemblies">Where to look.</param>
    /// <exception cref="InvalidCaseException">A case has the wrong shape, an unknown clause, or the id of another.</exception>
    public static CaseCatalogue Discover(IReadOnlyList<ICaseRole> roles, ClauseCatalogue clauses, params IReadOnlyList<Assembly> assemblies)
    {
        ArgumentNullException.ThrowIfNull(assemblies);
        return new CaseCatalogue(assemblies.SelectMany(assembly =>
        {
            var docs = CaseDocs.Of(assembly);
            return assembly.GetTypes().SelectMany(type => OfType(type, roles, clauses, docs));
        }));
    }

    /// <summary>Finds the cases of one type.</summary>
    /// <exception cref="InvalidCaseException">A case has the wrong shape, an unknown clause, or the id of another.</exception>
    public static CaseCatalogue Discover(IReadOnlyList<ICaseRole> roles, ClauseCatalogue clauses, Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return new CaseCatalogue(OfType(type, roles, clauses, CaseDocs.Of(type.Assembly)));
    }

    private static IEnumerable<CaseDefinition> OfType(Type type, IReadOnlyList<ICaseRole> roles, ClauseCatalogue clauses, CaseDocs docs)
    {
        foreach (var method in type.GetMethods(AnyMethod))
        {
            if (ReadAttribute(method) is not { } attribute)
            {
                continue;
            }

            var role = RoleOf(method, roles);
            RequireKnown(attribute, clauses, method);
            string name = CaseName.ToKebab(method.Name);
            var call = MakeCall(method);
            foreach (var way in role.WaysOf(attribute))
            {
                yield return new CaseDefinition(
                    $"{attribute.Clauses[0]}/{name}/{way.Name}", attribute.Clauses, CaseName.ToTitle(method.Name),
                    docs.SummaryOf(method), role, way, attribute.Needs, attribute.Guards, call);
            }
        }
    }

    private static CaseAttribute? ReadAttribute(MethodInfo method)
    {
        try
        {
            return method.GetCustomAttribute<CaseAttribute>();
        }
        catch (FormatException malformed)
        {
            throw new InvalidCaseException($"case {Where(method)}: {malformed.Message}");
        }
    }

    private static ICaseRole RoleOf(MethodInfo method, IReadOnlyList<ICaseRole> roles)
    {
        string shape = "a case is `public static async Task Name(Context c)`";
        if (!method.IsStatic || !method.IsPublic || method.ReturnType != typeof(Task) || method.ContainsGenericParameters)
        {
            throw new InvalidCaseException($"case {Where(method)} has the wrong shape: {shape}");
        }

        var parameters = method.GetParameters();
        return (parameters.Length == 1 ? roles.FirstOrDefault(role => role.ContextType == parameters[0].ParameterType) : null)
            ?? throw new InvalidCaseException(
                $"case {Where(method)} has the wrong parameters: {shape}, and a context is one of {string.Join(", ", roles.Select(role => role.ContextType.Name))}");
    }

    private static void RequireKnown(CaseAttribute attribute, ClauseCatalogue clauses, MethodInfo method)
    {
        foreach (var clause in attribute.Clauses)
        {
            if (clauses.Find(clause) is null)
            {
                throw new InvalidCaseException($"case {Where(method)} names clause {clause}, which model/Clauses/{clause.Family}.md lacks");
            }
        }
    }

    private static Func<CaseContext, Task> MakeCall(MethodInfo method) =>
        context => (Task)method.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [context], null)!;

    private static string Where(MethodInfo method) => $"{method.DeclaringType?.Name}.{method.Name}";
}

/// <summary>A case method that cannot be a case; the message says which, and why.</summary>
public sealed class InvalidCaseException(string message) : Exception(message);
