using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Conformance.Exploration.State;

/// <summary>Generates the code that compares an object with a copy of it, makes it what the copy is, and finds what it refers to.</summary>
internal static class KeepCode
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly MethodInfo s_addRest =
        typeof(ContentReader).GetMethod(nameof(ContentReader.AddRest), BindingFlags.Instance | BindingFlags.NonPublic)!;

    private static readonly MethodInfo s_makeIsSamePlain =
        typeof(KeepCode).GetMethod(nameof(MakeIsSamePlain), BindingFlags.Static | BindingFlags.NonPublic)!;

    /// <summary>What a comparison is bound to: it is called for every object at every look, and a delegate bound to something is called without a detour.</summary>
    private static readonly object s_bound = new();

    /// <summary>Emits what puts the address of a value on the stack: of the object's with 0, of its copy's with 1.</summary>
    private delegate void LoadAddress(int argument);

    /// <summary>All fields of a type, those of its base types too.</summary>
    internal static IEnumerable<FieldInfo> Fields(Type type)
    {
        for (var level = type; level is not null && level != typeof(object) && level != typeof(ValueType); level = level.BaseType)
        {
            foreach (var field in level.GetFields(Own))
            {
                yield return field;
            }
        }
    }

    /// <summary>The code that tells whether two objects of a class, or boxed structs, have the same in every field.</summary>
    internal static Func<object, object, bool> MakeIsSame(Type type)
    {
        var method = Method("same", type, typeof(bool), typeof(object), typeof(object), typeof(object));
        var code = method.GetILGenerator();
        var differ = code.DefineLabel();
        EmitSameFields(code, type, argument => EmitLoadObject(code, type, argument + 1), differ);
        EmitAnswer(code, differ);
        return method.CreateDelegate<Func<object, object, bool>>(s_bound);
    }

    /// <summary>The same for arrays of one length.</summary>
    internal static Func<object, object, bool> MakeIsSameArray(Type element)
    {
        if (!element.IsValueType)
        {
            return static (one, other) => IsSameReferences(Unsafe.As<object?[]>(one), Unsafe.As<object?[]>(other));
        }

        if (!HasReference(element))
        {
            return (Func<object, object, bool>)s_makeIsSamePlain.MakeGenericMethod(element).Invoke(null, null)!;
        }

        var method = Method("same", element.MakeArrayType(), typeof(bool), typeof(object), typeof(object), typeof(object));
        var code = method.GetILGenerator();
        var index = code.DeclareLocal(typeof(int));
        var used = code.DeclareLocal(typeof(int));
        var (differ, condition, body) = (code.DefineLabel(), code.DefineLabel(), code.DefineLabel());
        ElementCode.EmitUsed(code, element, 1);
        code.Emit(OpCodes.Stloc, used);
        code.Emit(OpCodes.Ldloc, used);
        ElementCode.EmitUsed(code, element, 2);
        code.Emit(OpCodes.Bne_Un, differ);
        code.Emit(OpCodes.Br, condition);
        code.MarkLabel(body);
        EmitSame(code, element, argument => EmitLoadElement(code, element, argument + 1, index), differ);
        code.Emit(OpCodes.Ldloc, index);
        code.Emit(OpCodes.Ldc_I4_1);
        code.Emit(OpCodes.Add);
        code.Emit(OpCodes.Stloc, index);
        code.MarkLabel(condition);
        code.Emit(OpCodes.Ldloc, index);
        code.Emit(OpCodes.Ldloc, used);
        code.Emit(OpCodes.Blt, body);
        EmitAnswer(code, differ);
        return method.CreateDelegate<Func<object, object, bool>>(s_bound);
    }

    /// <summary>The code that gives an object of a class, or a boxed struct, every field of another.</summary>
    internal static Action<object, object> MakeRestore(Type type)
    {
        var method = Method("restore", type, null, typeof(object), typeof(object));
        var code = method.GetILGenerator();
        if (type.IsValueType)
        {
            EmitLoadObject(code, type, 0);
            EmitLoadObject(code, type, 1);
            code.Emit(OpCodes.Cpobj, type);
        }
        else
        {
            foreach (var field in Fields(type))
            {
                EmitLoadObject(code, type, 0);
                EmitLoadObject(code, type, 1);
                code.Emit(OpCodes.Ldfld, field);
                code.Emit(OpCodes.Stfld, field);
            }
        }

        code.Emit(OpCodes.Ret);
        return method.CreateDelegate<Action<object, object>>();
    }

    /// <summary>The code that finds the objects to which one of a class, or a boxed struct, refers; null where there are none.</summary>
    internal static Action<object, ContentReader>? MakeReferences(Type type)
    {
        if (!Fields(type).Any(static field => IsReference(field.FieldType)))
        {
            return null;
        }

        var method = Method("references", type, null, typeof(object), typeof(ContentReader));
        var code = method.GetILGenerator();
        EmitReferencesOfFields(code, type, () => EmitLoadObject(code, type, 0));
        code.Emit(OpCodes.Ret);
        return method.CreateDelegate<Action<object, ContentReader>>();
    }

    /// <summary>The same for an array.</summary>
    internal static Action<object, ContentReader>? MakeReferencesOfArray(Type element)
    {
        if (!IsReference(element))
        {
            return null;
        }

        if (!element.IsValueType)
        {
            return static (target, reader) =>
            {
                foreach (object? one in (object?[])target)
                {
                    reader.AddRest(one);
                }
            };
        }

        var method = Method("references", element.MakeArrayType(), null, typeof(Array), typeof(ContentReader));
        var code = method.GetILGenerator();
        ElementCode.EmitLoop(code, element, load => EmitReferences(code, element, load));
        var read = method.CreateDelegate<Action<Array, ContentReader>>();
        return (target, reader) => read((Array)target, reader);
    }

    private static DynamicMethod Method(string what, Type type, Type? result, params Type[] arguments) =>
        new($"{what} {type.Name}", result, arguments, typeof(KeepCode).Module, skipVisibility: true);

    private static bool IsSameReferences(object?[] one, object?[] other)
    {
        for (int i = 0; i < one.Length; i++)
        {
            if (!ReferenceEquals(one[i], other[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static Func<object, object, bool> MakeIsSamePlain<T>() =>
        static (one, other) => BytesOf(Unsafe.As<T[]>(one)).SequenceEqual(BytesOf(Unsafe.As<T[]>(other)));

    private static ReadOnlySpan<byte> BytesOf<T>(T[] array) =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<T, byte>(ref MemoryMarshal.GetArrayDataReference(array)), array.Length * Unsafe.SizeOf<T>());

    private static bool HasReference(Type type) => Fields(type).Any(static field => IsReference(field.FieldType));

    /// <summary>Whether a value is, or holds, a reference to something that is looked at by itself.</summary>
    private static bool IsReference(Type type) => type.IsValueType
        ? !type.IsPrimitive && !type.IsEnum && HasReference(type)
        : !type.IsPointer;

    private static void EmitAnswer(ILGenerator code, Label differ)
    {
        code.Emit(OpCodes.Ldc_I4_1);
        code.Emit(OpCodes.Ret);
        code.MarkLabel(differ);
        code.Emit(OpCodes.Ldc_I4_0);
        code.Emit(OpCodes.Ret);
    }

    // No cast: the object's type is known, and this code is run for every object of a run at every look.
    private static void EmitLoadObject(ILGenerator code, Type type, int argument)
    {
        code.Emit(OpCodes.Ldarg, (short)argument);
        if (type.IsValueType)
        {
            code.Emit(OpCodes.Unbox, type);
        }
    }

    private static void EmitLoadElement(ILGenerator code, Type element, int argument, LocalBuilder index)
    {
        code.Emit(OpCodes.Ldarg, (short)argument);
        code.Emit(OpCodes.Ldloc, index);
        code.Emit(OpCodes.Ldelema, element);
    }

    private static void EmitSameFields(ILGenerator code, Type type, LoadAddress loadOwner, Label differ)
    {
        foreach (var field in Fields(type))
        {
            EmitSame(code, field.FieldType.IsPointer ? typeof(nint) : field.FieldType, argument =>
            {
                loadOwner(argument);
                code.Emit(OpCodes.Ldflda, field);
            }, differ);
        }
    }

    private static void EmitSame(ILGenerator code, Type type, LoadAddress load, Label differ)
    {
        if (!type.IsValueType || type.IsPrimitive || type.IsEnum)
        {
            for (int argument = 0; argument < 2; argument++)
            {
                load(argument);
                if (type.IsValueType)
                {
                    FieldCode.EmitLoadBits(code, type);
                }
                else
                {
                    code.Emit(OpCodes.Ldind_Ref);
                }
            }

            code.Emit(OpCodes.Bne_Un, differ);
        }
        else if (type.GetCustomAttribute<InlineArrayAttribute>() is { } inline)
        {
            var element = Fields(type).Single().FieldType;
            for (int i = 0; i < inline.Length; i++)
            {
                int index = i;
                EmitSame(code, element, argument => EmitLoadInline(code, element, index, () => load(argument)), differ);
            }
        }
        else
        {
            EmitSameFields(code, type, load, differ);
        }
    }

    private static void EmitLoadInline(ILGenerator code, Type element, int index, Action load)
    {
        load();
        code.Emit(OpCodes.Sizeof, element);
        code.Emit(OpCodes.Ldc_I4, index);
        code.Emit(OpCodes.Mul);
        code.Emit(OpCodes.Add);
    }

    private static void EmitReferencesOfFields(ILGenerator code, Type type, Action loadOwner)
    {
        if (type.GetCustomAttribute<InlineArrayAttribute>() is { } inline)
        {
            var element = Fields(type).Single().FieldType;
            for (int i = 0; i < inline.Length && IsReference(element); i++)
            {
                int index = i;
                EmitReferences(code, element, () => EmitLoadInline(code, element, index, loadOwner));
            }

            return;
        }

        foreach (var field in Fields(type).Where(static field => IsReference(field.FieldType)))
        {
            EmitReferences(code, field.FieldType, () =>
            {
                loadOwner();
                code.Emit(OpCodes.Ldflda, field);
            });
        }
    }

    private static void EmitReferences(ILGenerator code, Type type, Action loadAddress)
    {
        if (type.IsValueType)
        {
            EmitReferencesOfFields(code, type, loadAddress);
        }
        else if (type != typeof(string))
        {
            code.Emit(OpCodes.Ldarg_1);
            loadAddress();
            code.Emit(OpCodes.Ldind_Ref);
            code.Emit(OpCodes.Call, s_addRest);
        }
    }
}
