using System.Text;
using Conformance.Model.Protocol.XenStore;

namespace Conformance.Suite.Store.Sessions;

/// <summary>One whole message from the store.</summary>
/// <param name="Header">Its header.</param>
/// <param name="Payload">Its payload.</param>
public sealed record StoreMessage(XsHeader Header, byte[] Payload)
{
    /// <summary>Whether it is a watch event.</summary>
    public bool IsEvent => Header.Type == XsMessageType.WatchEvent;

    /// <summary>Whether it is an ERROR reply.</summary>
    public bool IsError => Header.Type == XsMessageType.Error;

    /// <summary>The error it carries; <see cref="XsError.None"/> for a success or for a name that no client knows.</summary>
    public XsError Error => IsError && XsErrors.TryParse(Payload, out var error) ? error : XsError.None;

    /// <summary>The payload as text, byte for byte.</summary>
    public string Text => Encoding.Latin1.GetString(Payload);

    /// <summary>The payload's strings, which each end with a NUL; text behind the last NUL counts as one more.</summary>
    public IReadOnlyList<string> Strings
    {
        get
        {
            string[] parts = Text.Split('\0');
            return parts[^1].Length == 0 ? parts[..^1] : parts;
        }
    }

    /// <summary>A few words for reports: <c>ENOENT</c>, <c>OK</c>, <c>"value"</c>.</summary>
    public string Summary => IsError ? Text.TrimEnd('\0') : WireText.Quote(Payload);
}

/// <summary>A watch event, taken apart.</summary>
/// <param name="Path">The path it reports.</param>
/// <param name="Token">The token of the watch that fired.</param>
public readonly record struct StoreEvent(string Path, string Token)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Path} ({Token})";
}
