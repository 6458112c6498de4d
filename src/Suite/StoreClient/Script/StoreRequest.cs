using System.Text;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.StoreClient.Script;

/// <summary>One whole request of a client.</summary>
/// <param name="Header">Its header.</param>
/// <param name="Payload">Its payload.</param>
public sealed record StoreRequest(XsHeader Header, byte[] Payload)
{
    /// <summary>What is asked.</summary>
    public XsMessageType Type => Header.Type;

    /// <summary>The payload cut at its NULs; what follows the last one counts when it is not empty.</summary>
    public IReadOnlyList<string> Strings
    {
        get
        {
            string[] parts = Encoding.Latin1.GetString(Payload).Split('\0');
            return parts[^1].Length == 0 ? parts[..^1] : parts;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Header.Type} {WireText.Quote(Payload)} (req_id {Header.RequestId}, tx_id {Header.TransactionId})";
}
