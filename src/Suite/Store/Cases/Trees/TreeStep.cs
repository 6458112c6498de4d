using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Trees;

/// <summary>One request about a node, and its answer in a form that <see cref="OracleTree"/> can give too.</summary>
/// <param name="Type">READ, DIRECTORY, WRITE, MKDIR or RM.</param>
/// <param name="Path">Below the area played on; begins with a slash, or is empty for the area itself.</param>
/// <param name="Value">What a WRITE writes.</param>
internal readonly record struct TreeStep(XsMessageType Type, string Path, string Value)
{
    /// <summary>Whether it may change the store.</summary>
    public bool Writes => Type is XsMessageType.Write or XsMessageType.Mkdir or XsMessageType.Rm;

    /// <summary>Sends it, and writes the answer down: OK, an error's name, a value in quotes, or sorted names in brackets.</summary>
    public async Task<string> SendAsync(StoreSession session, string area, uint transaction)
    {
        var reply = await session.RequestAsync(
            Type,
            Type == XsMessageType.Write ? StorePayload.PathAndBytes(area + Path, StorePayload.Raw(Value)) : StorePayload.Strings(area + Path),
            transaction);
        return reply.IsError ? reply.Summary
            : Type == XsMessageType.Read ? $"\"{reply.Text}\""
            : Type == XsMessageType.Directory ? "[" + string.Join(',', reply.Strings.Order(StringComparer.Ordinal)) + "]"
            : reply.Text.TrimEnd('\0');
    }

    /// <inheritdoc/>
    public override string ToString() => Type == XsMessageType.Write ? $"WRITE {Path} {Value}" : $"{Type} {Path}";
}
