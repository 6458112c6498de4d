using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.InteropServices;

namespace Conformance.Exploration.State;

/// <summary>Generates the code that takes the elements of an array into a fingerprint.</summary>
internal static class ElementCode
{
    private static readonly MethodInfo s_used =
        typeof(ElementCode).GetMethod(nameof(UsedElements), BindingFlags.Static | BindingFlags.NonPublic)!;

    internal static TypePlan.ElementVisitor For(Type element)
    {
        if (element.IsPrimitive)
        {
            return static (array, reader) => reader.AddBytes(MemoryMarshal.CreateReadOnlySpan(
                ref MemoryMarshal.GetArrayDataReference(array), Buffer.ByteLength(array)));
        }

        if (!element.IsValueType)
        {
            return static (array, reader) =>
            {
                foreach (object? one in (object?[])array)
                {
                    reader.AddReference(one);
                }
            };
        }

        return ForStructs(element);
    }

    /// <summary>How many elements there are up to the last that is not all zero: tables are mostly empty at their end.</summary>
    private static int UsedElements(Array array, int size)
    {
        var bytes = MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetArrayDataReference(array), array.Length * size);
        return (bytes.LastIndexOfAnyExcept((byte)0) + size) / size;
    }

    /// <summary>Emits code that puts on the stack how many elements are in use of an array that is an argument.</summary>
    internal static void EmitUsed(ILGenerator code, Type element, short argument)
    {
        code.Emit(OpCodes.Ldarg, argument);
        code.Emit(OpCodes.Sizeof, element);
        code.Emit(OpCodes.Call, s_used);
    }

    private static TypePlan.ElementVisitor ForStructs(Type element)
    {
        var method = new DynamicMethod($"hash {element.Name}[]", null, [typeof(Array), typeof(ContentReader)], typeof(ElementCode).Module, skipVisibility: true);
        var code = method.GetILGenerator();
        EmitLoop(code, element, load =>
        {
            if (StateFields.IsTableEntry(element))
            {
                EmitEntry(code, element, load);
            }
            else
            {
                FieldCode.EmitValue(code, element, load);
            }
        });
        return method.CreateDelegate<TypePlan.ElementVisitor>();
    }

    /// <summary>Emits a loop over the elements in use of the array that is the first argument, and the return.</summary>
    internal static void EmitLoop(ILGenerator code, Type element, Action<Action> emitBody)
    {
        var array = code.DeclareLocal(element.MakeArrayType());
        var index = code.DeclareLocal(typeof(int));
        var length = code.DeclareLocal(typeof(int));
        var condition = code.DefineLabel();
        var body = code.DefineLabel();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Castclass, element.MakeArrayType());
        code.Emit(OpCodes.Stloc, array);
        EmitUsed(code, element, 0);
        code.Emit(OpCodes.Stloc, length);
        code.Emit(OpCodes.Br, condition);
        code.MarkLabel(body);
        emitBody(() =>
        {
            code.Emit(OpCodes.Ldloc, array);
            code.Emit(OpCodes.Ldloc, index);
            code.Emit(OpCodes.Ldelema, element);
        });
        code.Emit(OpCodes.Ldloc, index);
        code.Emit(OpCodes.Ldc_I4_1);
        code.Emit(OpCodes.Add);
        code.Emit(OpCodes.Stloc, index);
        code.MarkLabel(condition);
        code.Emit(OpCodes.Ldloc, index);
        code.Emit(OpCodes.Ldloc, length);
        code.Emit(OpCodes.Blt, body);
        code.Emit(OpCodes.Ret);
    }

    // Which chain an entry is in follows from its hash code, which differs from run to run; what counts is whether it is in use.
    private static void EmitEntry(ILGenerator code, Type element, Action load)
    {
        var next = code.DefineLabel();
        const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        var link = element.GetField("next", Any) ?? element.GetField("Next", Any)!;
        load();
        code.Emit(OpCodes.Ldfld, link);
        code.Emit(OpCodes.Ldc_I4, -1);
        code.Emit(OpCodes.Blt, next);
        foreach (var field in StateFields.Of(element).Where(field => field.Name is "key" or "value" or "Value"))
        {
            FieldCode.EmitValue(code, field.FieldType, () =>
            {
                load();
                code.Emit(OpCodes.Ldflda, field);
            });
        }

        code.MarkLabel(next);
    }
}
