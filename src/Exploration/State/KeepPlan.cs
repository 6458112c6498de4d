using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Text;
using Conformance.Exploration.Engine;
using Conformance.Model.Judging;

namespace Conformance.Exploration.State;

/// <summary>How objects of one type are kept and brought back. Made once a type, as generated code.</summary>
internal sealed class KeepPlan
{
    private const int MostLevels = 6;

    private static readonly ConcurrentDictionary<Type, KeepPlan> s_plans = [];
    private static readonly Func<object, object> s_clone = MakeClone();

    private readonly bool _isFixed;
    private readonly Action<object, ContentReader>? _readReferences;
    private readonly Action<object, object> _restore;

    private KeepPlan(Type type)
    {
        _isFixed = IsOutside(type) || typeof(Exception).IsAssignableFrom(type) || IsUnchanging(type, 0) || typeof(Delegate).IsAssignableFrom(type);
        (IsSame, _restore) = (static (_, _) => true, static (_, _) => { });
        HasPartOutside = IsPartlyOutside(type);
        if (_isFixed || HasPartOutside)
        {
            // What a delegate refers to is read with its state, marked or not.
            return;
        }

        if (type.IsArray)
        {
            var element = type.GetElementType()!;
            _readReferences = KeepCode.MakeReferencesOfArray(element);
            IsSame = KeepCode.MakeIsSameArray(element);
            _restore = static (target, kept) => Array.Copy((Array)kept, (Array)target, ((Array)kept).Length);
        }
        else
        {
            _readReferences = KeepCode.MakeReferences(type);
            IsSame = KeepCode.MakeIsSame(type);
            _restore = KeepCode.MakeRestore(type);
        }
    }

    /// <summary>Whether such an object has a part outside the heap, which does not come back with its fields.</summary>
    internal bool HasPartOutside { get; }

    /// <summary>Whether an object is as it was kept.</summary>
    internal Func<object, object, bool> IsSame { get; }

    internal bool HasReferences => _readReferences is not null;

    internal static KeepPlan For(Type type) => s_plans.GetOrAdd(type, static type => new KeepPlan(type));

    internal void ReadReferences(object target, ContentReader reader) => _readReferences!(target, reader);

    /// <summary>A copy that refers to what the object does; null when it never changes.</summary>
    internal object? Keep(object target) => _isFixed || HasPartOutside ? null : s_clone(target);

    internal void Restore(object target, object kept) => _restore(target, kept);

    /// <summary>What does not belong to a run, or to the runtime's own bookkeeping.</summary>
    internal static bool IsOutside(Type type) =>
        typeof(MemberInfo).IsAssignableFrom(type)
        || typeof(Assembly).IsAssignableFrom(type)
        || typeof(Encoding).IsAssignableFrom(type)
        || typeof(IFormatProvider).IsAssignableFrom(type)
        || typeof(CompareInfo).IsAssignableFrom(type)
        || typeof(TaskScheduler).IsAssignableFrom(type)
        || typeof(TimeProvider).IsAssignableFrom(type)
        || typeof(SynchronizationContext).IsAssignableFrom(type)
        || typeof(IExperiment).IsAssignableFrom(type)
        || type == typeof(JudgeMemory)
        || type == typeof(ExceptionDispatchInfo) || type == typeof(ExecutionContext) || type == typeof(Lock);

    private static bool IsPartlyOutside(Type type) =>
        typeof(SafeHandle).IsAssignableFrom(type)
        || typeof(WaitHandle).IsAssignableFrom(type)
        || typeof(Stream).IsAssignableFrom(type)
        || typeof(ITimer).IsAssignableFrom(type)
        || typeof(WeakReference).IsAssignableFrom(type)
        || type == typeof(Thread)
        || (type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(WeakReference<>) || type.GetGenericTypeDefinition() == typeof(ThreadLocal<>)));

    /// <summary>Whether an object of the type never changes, nor anything it refers to.</summary>
    private static bool IsUnchanging(Type type, int depth) =>
        type.IsPrimitive || type.IsEnum || type == typeof(string)
        || (depth < MostLevels && (type.IsValueType || type.IsSealed) && !type.IsArray && !typeof(Delegate).IsAssignableFrom(type)
            && type.GetCustomAttribute<InlineArrayAttribute>() is null
            && KeepCode.Fields(type).All(field => (field.IsInitOnly || (depth > 0 && type.IsValueType)) && IsUnchanging(field.FieldType, depth + 1)));

    private static Func<object, object> MakeClone()
    {
        var method = new DynamicMethod("clone", typeof(object), [typeof(object)], typeof(KeepPlan).Module, skipVisibility: true);
        var code = method.GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Call, typeof(object).GetMethod("MemberwiseClone", BindingFlags.Instance | BindingFlags.NonPublic)!);
        code.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<object, object>>();
    }
}
