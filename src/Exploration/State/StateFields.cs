using System.Reflection;
using Conformance.Model.Trace;
using Conformance.Reference.Fibers;

namespace Conformance.Exploration.State;

/// <summary>Which fields of a type belong to the state. Those of the runtime that do not are named here.</summary>
internal static class StateFields
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    // Numbers that tell one use of an object from the next, caches, and what a collection computes from its content.
    private static readonly HashSet<string> s_collectionCaches =
        ["_version", "_buckets", "_comparer", "_keys", "_values", "_fastModMultiplier", "_syncRoot", "version", "siblings", "_freeList", "_freeCount"];

    private static readonly HashSet<string> s_taskCaches =
        ["m_taskId", "m_taskScheduler", "m_contingentProperties", "_moveNextAction", "Context", "_context"];

    private static readonly HashSet<string> s_sourceCaches = ["_version", "_capturedContext", "_token"];

    internal static bool IsMarked(Type type) => type.IsDefined(typeof(NotStateAttribute), inherit: true);

    internal static IEnumerable<FieldInfo> Of(Type type)
    {
        var levels = new Stack<Type>();
        for (var level = type; level is not null && level != typeof(object) && level != typeof(ValueType); level = level.BaseType)
        {
            levels.Push(level);
        }

        return levels.SelectMany(static level => level.GetFields(Own)).Where(IsState);
    }

    private static bool IsState(FieldInfo field)
    {
        var owner = field.DeclaringType!;
        if (field.IsDefined(typeof(NotStateAttribute), inherit: false) || IsMarked(field.FieldType) || field.FieldType == typeof(CancellationToken)
            || typeof(ITraceSink).IsAssignableFrom(field.FieldType))
        {
            return false;
        }

        if (owner == typeof(Exception))
        {
            // Where it was thrown is no part of what it says.
            return field.Name is "_message" or "_innerException";
        }

        string? space = owner.Namespace;
        return space switch
        {
            // How many entries of a table were ever used says nothing: which are in use is seen in the entries themselves.
            "System.Collections.Generic" => !s_collectionCaches.Contains(field.Name) && !(field.Name == "_count" && IsTable(owner)),
            "System.Threading.Tasks" or "System.Runtime.CompilerServices" => !s_taskCaches.Contains(field.Name) && field.Name != "_token",
            "System.Threading.Tasks.Sources" => !s_sourceCaches.Contains(field.Name),
            _ => true,
        };
    }

    private static bool IsTable(Type type) =>
        type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Dictionary<,>) || type.GetGenericTypeDefinition() == typeof(HashSet<>));

    /// <summary>Whether a struct is the entry of a dictionary or set, of which only those in use say anything.</summary>
    internal static bool IsTableEntry(Type type) =>
        type is { IsNested: true, Name: "Entry", Namespace: "System.Collections.Generic" };
}
