using System.Globalization;

namespace Conformance.Model.Protocol.XenStore;

/// <summary>What a permission entry grants (XS-056).</summary>
[Flags]
public enum XsAccess : byte
{
    /// <summary>Letter n.</summary>
    None = 0,

    /// <summary>Letter r.</summary>
    Read = 1,

    /// <summary>Letter w.</summary>
    Write = 2,

    /// <summary>Letter b.</summary>
    Both = Read | Write,
}

/// <summary>
/// One entry of a node's permission list, written <c>b5</c>. The first entry of a list names the owner, and its
/// access is the default for domains without an entry (XS-055).
/// </summary>
/// <param name="Domain">Whom it is for.</param>
/// <param name="Access">What it grants.</param>
public readonly record struct XsPermission(DomainId Domain, XsAccess Access)
{
    /// <summary>Reads a letter and a decimal domain number, without NUL.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out XsPermission permission)
    {
        permission = default;
        if (text.IsEmpty || !TryParseLetter(text[0], out var access) || !DomainId.TryParse(text[1..], out var domain))
        {
            return false;
        }

        permission = new XsPermission(domain, access);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{"nrwb"[(int)Access]}{Domain.Value}");

    private static bool TryParseLetter(byte letter, out XsAccess access)
    {
        int index = "nrwb"u8.IndexOf(letter);
        access = (XsAccess)Math.Max(index, 0);
        return index >= 0;
    }
}
