using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Conformance.Model.Trace;

namespace Conformance.Exploration.State;

/// <summary>How objects of one type are taken into a fingerprint. Made once a type, from its fields, as generated code.</summary>
internal abstract class TypePlan
{
    private static readonly ConcurrentDictionary<Type, TypePlan> s_plans = [];

    private protected TypePlan(Type type) => Id = IdOf(type);

    /// <summary>Takes in the elements of an array.</summary>
    internal delegate void ElementVisitor(Array array, ContentReader reader);

    /// <summary>Tells the type from others.</summary>
    internal ulong Id { get; }

    internal static TypePlan For(Type type) => s_plans.GetOrAdd(type, Make);

    internal abstract void Visit(object target, ContentReader reader);

    /// <summary>A number for a name, the same in every run of the program.</summary>
    internal static ulong NumberOf(string name)
    {
        ulong number = 14695981039346656037;
        foreach (char letter in name)
        {
            number = (number ^ letter) * 1099511628211;
        }

        return number;
    }

    private static ulong IdOf(Type type) => NumberOf(type.AssemblyQualifiedName ?? type.Name);

    private static TypePlan Make(Type type) =>
        IsOpaque(type) ? new OpaquePlan(type)
        : type.IsArray ? new ArrayPlan(type)
        : typeof(Delegate).IsAssignableFrom(type) ? new DelegatePlan(type)
        : new FieldsPlan(type);

    /// <summary>What has no state of the run, or none that can be looked at.</summary>
    private static bool IsOpaque(Type type) =>
        StateFields.IsMarked(type)
        || typeof(ITraceSink).IsAssignableFrom(type)
        || KeepPlan.IsOutside(type)
        || type == typeof(Thread) || type == typeof(CancellationTokenSource)
        || typeof(System.Collections.IComparer).IsAssignableFrom(type)
        || typeof(System.Collections.IEqualityComparer).IsAssignableFrom(type);

    private sealed class OpaquePlan(Type type) : TypePlan(type)
    {
        internal override void Visit(object target, ContentReader reader)
        {
        }
    }

    private sealed class ArrayPlan(Type type) : TypePlan(type)
    {
        private readonly ElementVisitor _visit = ElementCode.For(type.GetElementType()!);
        private readonly bool _hasLength = !StateFields.IsTableEntry(type.GetElementType()!);

        internal override void Visit(object target, ContentReader reader)
        {
            var array = (Array)target;
            if (_hasLength)
            {
                reader.Add((ulong)array.Length);
            }

            _visit(array, reader);
        }
    }

    private sealed class FieldsPlan(Type type) : TypePlan(type)
    {
        private readonly Action<object, ContentReader> _visit = FieldCode.For(type);

        internal override void Visit(object target, ContentReader reader) => _visit(target, reader);
    }

    private sealed class DelegatePlan(Type type) : TypePlan(type)
    {
        private static readonly ConcurrentDictionary<(nint, nint), ulong> s_methods = [];

        internal override void Visit(object target, ContentReader reader)
        {
            var call = (Delegate)target;
            if (call.HasSingleTarget)
            {
                VisitOne(call, reader);
                return;
            }

            foreach (var one in call.GetInvocationList())
            {
                VisitOne(one, reader);
            }
        }

        private static void VisitOne(Delegate call, ContentReader reader)
        {
            var key = (MethodOf(call), OpenMethodOf(call));
            if (!s_methods.TryGetValue(key, out ulong number))
            {
                var method = call.Method;
                number = s_methods[key] = NumberOf($"{method.DeclaringType?.AssemblyQualifiedName} {method} {method.MetadataToken}");
            }

            reader.Add(number);
            reader.AddReference(ReferenceEquals(call.Target, call) ? null : call.Target);
        }

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_methodPtr")]
        private static extern ref nint MethodOf(Delegate call);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_methodPtrAux")]
        private static extern ref nint OpenMethodOf(Delegate call);
    }
}
