using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Conformance.Reference.Fibers;

namespace Conformance.Exploration.State;

/// <summary>Generates the code that takes the fields of a type into a fingerprint, private ones too.</summary>
internal static class FieldCode
{
    private static readonly MethodInfo s_add = Method(nameof(ContentReader.Add));
    private static readonly MethodInfo s_addReference = Method(nameof(ContentReader.AddReference));
    private static readonly MethodInfo s_addString = Method(nameof(ContentReader.AddString));
    private static readonly MethodInfo s_addLabel = Method(nameof(ContentReader.AddLabel));
    private static readonly MethodInfo s_addRaw = Method(nameof(ContentReader.AddRaw));

    /// <summary>The code for objects of a class, or for a boxed struct.</summary>
    internal static Action<object, ContentReader> For(Type type)
    {
        var method = new DynamicMethod($"hash {type.Name}", null, [typeof(object), typeof(ContentReader)], typeof(FieldCode).Module, skipVisibility: true);
        var code = method.GetILGenerator();
        void Load()
        {
            code.Emit(OpCodes.Ldarg_0);
            code.Emit(type.IsValueType ? OpCodes.Unbox : OpCodes.Castclass, type);
        }

        if (type.IsValueType)
        {
            EmitValue(code, type, Load);
        }
        else
        {
            EmitFields(code, type, Load);
        }

        code.Emit(OpCodes.Ret);
        return method.CreateDelegate<Action<object, ContentReader>>();
    }

    /// <summary>Emits code that takes in one value, whose address <paramref name="loadAddress"/> leaves on the stack.</summary>
    internal static void EmitValue(ILGenerator code, Type type, Action loadAddress)
    {
        if (!type.IsValueType)
        {
            code.Emit(OpCodes.Ldarg_1);
            loadAddress();
            code.Emit(OpCodes.Ldind_Ref);
            code.Emit(OpCodes.Call, type == typeof(string) ? s_addString : s_addReference);
        }
        else if (type.IsPrimitive || type.IsEnum || type.IsPointer)
        {
            code.Emit(OpCodes.Ldarg_1);
            loadAddress();
            EmitLoadBits(code, type);
            code.Emit(OpCodes.Call, s_add);
        }
        else if (type.GetCustomAttribute<InlineArrayAttribute>() is { } inline)
        {
            EmitInlineArray(code, type, inline.Length, loadAddress);
        }
        else
        {
            EmitFields(code, type, loadAddress);
        }
    }

    private static void EmitFields(ILGenerator code, Type type, Action loadOwner)
    {
        foreach (var field in StateFields.Of(type))
        {
            if (field.IsDefined(typeof(LabelAttribute), inherit: false))
            {
                code.Emit(OpCodes.Ldarg_1);
                loadOwner();
                code.Emit(OpCodes.Ldfld, field);
                code.Emit(OpCodes.Conv_U8);
                code.Emit(field.FieldType == typeof(uint) ? OpCodes.Ldc_I4_1 : OpCodes.Ldc_I4_0);
                code.Emit(OpCodes.Call, s_addLabel);
                continue;
            }

            EmitValue(code, field.FieldType.IsPointer ? typeof(nint) : field.FieldType, () =>
            {
                loadOwner();
                code.Emit(OpCodes.Ldflda, field);
            });
        }
    }

    private static void EmitInlineArray(ILGenerator code, Type type, int length, Action loadAddress)
    {
        var element = type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)[0].FieldType;
        if (IsPlain(element))
        {
            code.Emit(OpCodes.Ldarg_1);
            loadAddress();
            code.Emit(OpCodes.Sizeof, type);
            code.Emit(OpCodes.Call, s_addRaw);
            return;
        }

        for (int i = 0; i < length; i++)
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

    /// <summary>Whether a value is nothing but bits that all count.</summary>
    internal static bool IsPlain(Type type) =>
        (type.IsPrimitive || type.IsEnum)
        || (type.IsValueType && StateFields.Of(type).ToArray() is { Length: 1 } fields && IsPlain(fields[0].FieldType));

    /// <summary>Emits code that puts the bits of a plain value on the stack, whose address is there.</summary>
    internal static void EmitLoadBits(ILGenerator code, Type type)
    {
        var plain = type.IsEnum ? Enum.GetUnderlyingType(type) : type;
        switch (Type.GetTypeCode(plain))
        {
            case TypeCode.Boolean or TypeCode.Byte:
                code.Emit(OpCodes.Ldind_U1);
                code.Emit(OpCodes.Conv_U8);
                break;
            case TypeCode.SByte:
                code.Emit(OpCodes.Ldind_I1);
                code.Emit(OpCodes.Conv_U8);
                break;
            case TypeCode.Char or TypeCode.UInt16:
                code.Emit(OpCodes.Ldind_U2);
                code.Emit(OpCodes.Conv_U8);
                break;
            case TypeCode.Int16:
                code.Emit(OpCodes.Ldind_I2);
                code.Emit(OpCodes.Conv_U8);
                break;
            case TypeCode.Int32 or TypeCode.UInt32 or TypeCode.Single:
                code.Emit(OpCodes.Ldind_U4);
                code.Emit(OpCodes.Conv_U8);
                break;
            case TypeCode.Int64 or TypeCode.UInt64 or TypeCode.Double:
                code.Emit(OpCodes.Ldind_I8);
                break;
            default:
                code.Emit(OpCodes.Ldind_I);
                code.Emit(OpCodes.Conv_U8);
                break;
        }
    }

    private static MethodInfo Method(string name) =>
        typeof(ContentReader).GetMethod(name, BindingFlags.Instance | BindingFlags.NonPublic)!;
}
