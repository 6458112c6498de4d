using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Tests.Fuzz.Machinery;
using FsCheck;
using FsCheck.Fluent;

namespace Conformance.Tests.Fuzz.Formats;

/// <summary>The small codecs of the protocol against the plainest statement of what they read.</summary>
public partial class CodecProperties
{
    private static Arbitrary<string> Texts { get; } = RandomInput.Of(
        24,
        (random, length) => string.Concat(Enumerable.Range(0, length).Select(_ => random.Pick(
            "0", "1", "9", "7", "n", "r", "w", "b", "-", "+", " ", "\0", "/", "@", "a", "Z", "_", "\u00e9", ".", "32751", "4294967295", "18446744073709551615", "/local/domain/", "//"))),
        text => Enumerable.Range(0, text.Length).Select(at => text.Remove(at, 1)));

    [Fuzz(3000)]
    [Trait("Clause", "XS-001")]
    public bool Header_IsReadAsItWasWritten(uint type, uint id, uint transaction, uint length)
    {
        var header = new XsHeader((XsMessageType)type, id, transaction, length);
        var bytes = new byte[XsHeader.Size + 1];
        header.Write(bytes);
        return XsHeader.Read(bytes) == header && bytes[^1] == 0
            && new[] { type, id, transaction, length }.SequenceEqual(Enumerable.Range(0, 4).Select(i => BitConverter.ToUInt32(bytes, 4 * i)));
    }

    [Fuzz(3000)]
    [Trait("Clause", "XS-040")]
    [Trait("Clause", "XS-041")]
    public Property Path_IsValid_ExactlyWhenItLooksLikeOne() => Prop.ForAll(
        Texts, text => XsPath.IsValid(Encoding.Latin1.GetBytes(text)) == Store.Specification.SpecText.IsPath(text));

    [Fuzz(300)]
    [Trait("Clause", "XS-042")]
    public Property Path_IsValid_UpToItsLimit() => Prop.ForAll(
        RandomInput.Of(1, (random, _) => random.Pick("", "/", "/local/domain/1/", "/local/domain/x/", "@", "/local/domain/") + new string('p', random.Pick(2040, 2047, 2048, 2049, 2060, 3060, 3071, 3072, 3073)), _ => []),
        text => XsPath.IsValid(Encoding.Latin1.GetBytes(text)) == Store.Specification.SpecText.IsPath(text));

    [Fuzz(3000)]
    [Trait("Clause", "XS-130")]
    public bool Number_IsReadAsItWasWritten_UpToTheMaximum(ulong value, ulong maximum) =>
        XsNumber.TryParse(Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)), maximum, out ulong read) == (value <= maximum)
        && read == (value <= maximum ? value : 0);

    [Fuzz(3000)]
    [Trait("Clause", "XS-130")]
    public Property Number_IsRefused_WhenItIsAnythingButDigits() => Prop.ForAll(
        Texts, text => XsNumber.TryParse(Encoding.Latin1.GetBytes(text), uint.MaxValue, out ulong value)
            ? Store.Specification.SpecText.Number(text, uint.MaxValue) == value
            : Store.Specification.SpecText.Number(text, uint.MaxValue) is null);

    [Fuzz(3000)]
    [Trait("Clause", "XS-130")]
    public bool Domain_IsReadAsItWasWritten_BelowTheReservedOnes(ushort number) =>
        DomainId.TryParse(Encoding.ASCII.GetBytes(new DomainId(number).ToString()), out var read) == (number < 0x7FF0)
        && read.Value == (number < 0x7FF0 ? number : 0);

    [Fuzz(3000)]
    [Trait("Clause", "XS-056")]
    public bool Permission_IsReadAsItWasWritten(ushort number, byte access)
    {
        var permission = new XsPermission(new DomainId((ushort)(number % 0x7FF0)), (XsAccess)(access % 4));
        return XsPermission.TryParse(Encoding.ASCII.GetBytes(permission.ToString()), out var read) && read == permission;
    }

    [Fuzz(3000)]
    [Trait("Clause", "XS-056")]
    [Trait("Clause", "XS-130")]
    public Property Permission_IsRefused_WhenItIsNoLetterAndDomain() => Prop.ForAll(
        Texts, text => XsPermission.TryParse(Encoding.Latin1.GetBytes(text), out var permission)
            ? permission.ToString() == Plain(text)
            : !Permission().IsMatch(text) || Store.Specification.SpecText.Domain(text[1..]) is null);

    /// <summary>The text without zeros before its number.</summary>
    private static string Plain(string text) => text[..1] + (text[1..].TrimStart('0') is { Length: > 0 } digits ? digits : "0");

    [GeneratedRegex(@"\A[nrwb][0-9]+\z")]
    private static partial Regex Permission();
}
