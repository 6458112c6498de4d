using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Text;
using Conformance.Exploration.Engine;
using Conformance.Reference.Fibers;

namespace Conformance.Exploration.State;

/// <summary>How objects of one type are copied. Made once a type, as generated code.</summary>
internal sealed class CopyPlan
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private const int MostLevels = 6;

    private static readonly ConcurrentDictionary<Type, CopyPlan> s_plans = [];
    private static readonly Func<object, object> s_begin = MakeBegin();
    private static readonly MethodInfo s_fix = typeof(HeapCopier).GetMethod(nameof(HeapCopier.Fix), BindingFlags.Static | BindingFlags.NonPublic)!;

    // The runtime compares with it by identity: a copy of it would be something else.
    private static readonly object? s_endOfTask =
        typeof(Task).GetField("s_taskCompletionSentinel", BindingFlags.Static | BindingFlags.NonPublic)?.GetValue(null);

    private readonly bool _isShared;
    private readonly bool _isDelegate;
    private readonly bool _isPool;
    private readonly Action<object, HeapCopier>? _finish;

    private CopyPlan(Type type)
    {
        _isShared = IsShared(type) || IsUnchanging(type, 0);
        _isDelegate = typeof(Delegate).IsAssignableFrom(type);
        _isPool = typeof(IPool).IsAssignableFrom(type);
        if (!_isShared && !_isPool)
        {
            CheckCopyable(type);
            _finish = type.IsArray ? MakeFinishOfArray(type.GetElementType()!) : HasReference(type) ? MakeFinish(type) : null;
        }
    }

    /// <summary>Whether copies still refer to what the original does, until they are finished.</summary>
    internal bool HasReferences => _finish is not null;

    internal static CopyPlan For(Type type) => s_plans.GetOrAdd(type, static type => new CopyPlan(type));

    internal bool IsShared(object original) =>
        _isShared || ReferenceEquals(original, s_endOfTask)
        || (_isDelegate && IsStatic((Delegate)original))
        || (original is Array { Length: 0 });

    /// <summary>A copy that still refers to what the original does; of a pool, an empty one.</summary>
    internal object Begin(object original) => _isPool ? ((IPool)original).Empty() : s_begin(original);

    internal void Finish(object copy, HeapCopier copier) => _finish!(copy, copier);

    /// <summary>A delegate that knows nothing but its code. The runtime has some that it compares by identity.</summary>
    private static bool IsStatic(Delegate call) =>
        call.HasSingleTarget && (call.Target is not { } target || ReferenceEquals(target, call) || IsEmpty(target.GetType()));

    private static bool IsEmpty(Type type) => !typeof(Delegate).IsAssignableFrom(type) && !type.IsArray && !Fields(type).Any();

    private static bool IsShared(Type type) =>
        typeof(MemberInfo).IsAssignableFrom(type)
        || typeof(Assembly).IsAssignableFrom(type)
        || typeof(Encoding).IsAssignableFrom(type)
        || typeof(IFormatProvider).IsAssignableFrom(type)
        || typeof(CompareInfo).IsAssignableFrom(type)
        || typeof(TaskScheduler).IsAssignableFrom(type)
        || typeof(TimeProvider).IsAssignableFrom(type)
        || typeof(SynchronizationContext).IsAssignableFrom(type)
        || typeof(SafeHandle).IsAssignableFrom(type)
        || typeof(Exception).IsAssignableFrom(type)
        || typeof(IExperiment).IsAssignableFrom(type)
        || type == typeof(ExceptionDispatchInfo) || type == typeof(Thread) || type == typeof(ExecutionContext)
        || type == typeof(CancellationTokenSource);

    /// <summary>
    /// Whether an object of the type never changes, nor anything it refers to. Some of these are made once for the whole
    /// program; a copy beside them would make another state of the same one.
    /// </summary>
    private static bool IsUnchanging(Type type, int depth) =>
        type.IsPrimitive || type.IsEnum || type == typeof(string)
        || (depth < MostLevels && (type.IsValueType || type.IsSealed) && !type.IsArray && !typeof(Delegate).IsAssignableFrom(type)
            && type.GetCustomAttribute<InlineArrayAttribute>() is null
            && Fields(type).Any()
            && Fields(type).All(field => (field.IsInitOnly || (depth > 0 && type.IsValueType)) && IsUnchanging(field.FieldType, depth + 1)));

    private static void CheckCopyable(Type type)
    {
        bool isTable = type.IsGenericType
            && (type.GetGenericTypeDefinition() == typeof(Dictionary<,>) || type.GetGenericTypeDefinition() == typeof(HashSet<>));
        if (isTable && type.GetGenericArguments()[0] is { IsValueType: false } key && key != typeof(string)
            && key.GetMethod(nameof(GetHashCode), Type.EmptyTypes)!.DeclaringType == typeof(object))
        {
            throw new NotSupportedException($"expected hash tables whose keys are values, got {type}, whose keys are told apart by identity; use a list or another key");
        }

        if (typeof(WeakReference).IsAssignableFrom(type) || type == typeof(Timer))
        {
            throw new NotSupportedException($"expected objects that can be copied, got a {type}; keep it out of what is explored");
        }
    }

    private static IEnumerable<FieldInfo> Fields(Type type)
    {
        for (var level = type; level is not null && level != typeof(object) && level != typeof(ValueType); level = level.BaseType)
        {
            foreach (var field in level.GetFields(Own))
            {
                yield return field;
            }
        }
    }

    private static bool HasReference(Type type) => Fields(type).Any(static field => IsReference(field.FieldType));

    private static bool IsReference(Type type) => type.IsValueType
        ? !type.IsPrimitive && !type.IsEnum && HasReference(type)
        : !type.IsPointer && type != typeof(string);

    private static Func<object, object> MakeBegin()
    {
        var method = new DynamicMethod("copy", typeof(object), [typeof(object)], typeof(CopyPlan).Module, skipVisibility: true);
        var code = method.GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Call, typeof(object).GetMethod("MemberwiseClone", BindingFlags.Instance | BindingFlags.NonPublic)!);
        code.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<object, object>>();
    }

    private static Action<object, HeapCopier> MakeFinish(Type type)
    {
        var method = new DynamicMethod($"finish {type.Name}", null, [typeof(object), typeof(HeapCopier)], typeof(CopyPlan).Module, skipVisibility: true);
        var code = method.GetILGenerator();
        EmitFields(code, type, () =>
        {
            code.Emit(OpCodes.Ldarg_0);
            code.Emit(type.IsValueType ? OpCodes.Unbox : OpCodes.Castclass, type);
        });
        code.Emit(OpCodes.Ret);
        return method.CreateDelegate<Action<object, HeapCopier>>();
    }

    private static Action<object, HeapCopier>? MakeFinishOfArray(Type element)
    {
        if (!element.IsValueType)
        {
            return element == typeof(string) ? null : static (copy, copier) =>
            {
                // Not by reference: an array of a derived type lets nobody have its elements as objects.
                var array = (object?[])copy;
                for (int i = 0; i < array.Length; i++)
                {
                    if (array[i] is { } one)
                    {
                        array[i] = copier.Map(one);
                    }
                }
            };
        }

        return IsReference(element) ? MakeFinishOfStructs(element) : null;
    }

    private static Action<object, HeapCopier> MakeFinishOfStructs(Type element)
    {
        var method = new DynamicMethod($"finish {element.Name}[]", null, [typeof(object), typeof(HeapCopier)], typeof(CopyPlan).Module, skipVisibility: true);
        var code = method.GetILGenerator();
        ElementCode.EmitLoop(code, element, load => EmitFields(code, element, load));
        return method.CreateDelegate<Action<object, HeapCopier>>();
    }

    private static void EmitFields(ILGenerator code, Type type, Action loadOwner)
    {
        if (type.GetCustomAttribute<InlineArrayAttribute>() is { } inline)
        {
            EmitInlineArray(code, type, inline.Length, loadOwner);
            return;
        }

        foreach (var field in Fields(type).Where(static field => IsReference(field.FieldType)))
        {
            void Load()
            {
                loadOwner();
                code.Emit(OpCodes.Ldflda, field);
            }

            EmitValue(code, field.FieldType, Load);
        }
    }

    private static void EmitInlineArray(ILGenerator code, Type type, int length, Action loadAddress)
    {
        var element = Fields(type).Single().FieldType;
        for (int i = 0; i < length && IsReference(element); i++)
        {
            int index = i;
            EmitValue(code, element, () =>
            {
                loadAddress();
                code.Emit(OpCodes.Sizeof, element);
                code.Emit(OpCodes.Ldc_I4, index);
                code.Emit(OpCodes.Mul);
                code.Emit(OpCodes.Add);
            });
        }
    }

    private static void EmitValue(ILGenerator code, Type type, Action loadAddress)
    {
        if (type.IsValueType)
        {
            EmitFields(code, type, loadAddress);
            return;
        }

        loadAddress();
        code.Emit(OpCodes.Ldarg_1);
        code.Emit(OpCodes.Call, s_fix);
    }
}
