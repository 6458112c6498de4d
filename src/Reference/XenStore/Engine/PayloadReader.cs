namespace Conformance.Reference.XenStore.Engine;

/// <summary>Takes NUL-terminated strings off a payload, one after the other.</summary>
internal ref struct PayloadReader(ReadOnlySpan<byte> payload)
{
    /// <summary>What is left.</summary>
    public ReadOnlySpan<byte> Rest { get; private set; } = payload;

    /// <summary>Whether the payload is one string and its NUL, and nothing else.</summary>
    public static bool TrySingle(ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> text)
    {
        var reader = new PayloadReader(payload);
        return reader.TryNext(out text) && reader.Rest.IsEmpty;
    }

    /// <summary>The next string without its NUL; false when no NUL is left.</summary>
    public bool TryNext(out ReadOnlySpan<byte> text)
    {
        int nul = Rest.IndexOf((byte)0);
        if (nul < 0)
        {
            text = default;
            return false;
        }

        text = Rest[..nul];
        Rest = Rest[(nul + 1)..];
        return true;
    }
}
