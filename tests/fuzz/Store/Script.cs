using System.Globalization;
using System.Text;
using Conformance.Model.Protocol.XenStore;

namespace Conformance.Tests.Fuzz.Store;

internal enum CommandKind
{
    /// <summary>A client sends a request.</summary>
    Ask,

    /// <summary>A client reads all that waits for it.</summary>
    Read,

    /// <summary>A socket is closed and opened again; a guest asks for a reset of its connection.</summary>
    Reset,

    /// <summary>The transport gives up on a guest's ring.</summary>
    Abandon,

    /// <summary>A domain with that number starts, in the place of one that had it.</summary>
    Start,

    /// <summary>The domain shuts down.</summary>
    Shutdown,

    /// <summary>The domain goes on after a shutdown.</summary>
    Continue,

    /// <summary>The domain is destroyed.</summary>
    End,

    /// <summary>The store is told that some domain changed.</summary>
    Notice,
}

/// <summary>
/// One thing that happens. Clients 0 and 1 are sockets; client 2 is domain 1, and so on. A transaction is named by its
/// place among the client's open ones, from 1; 9 is one that does not exist.
/// </summary>
internal sealed record Command(CommandKind Kind, int Who = 0, XsMessageType Type = default, string Payload = "", int Transaction = 0)
{
    public override string ToString() => Kind == CommandKind.Ask
        ? string.Create(CultureInfo.InvariantCulture, $"client {Who} asks {Type} {Quote(Payload)}{(Transaction == 0 ? "" : $" in transaction {Transaction}")}")
        : string.Create(CultureInfo.InvariantCulture, $"{Kind} {Who}");

    private static string Quote(string text) => "\"" + text.Replace("\0", "\\0", StringComparison.Ordinal) + "\"";
}

/// <summary>The limits and the world that a script starts with.</summary>
internal sealed record Setup(int Guests, int Nodes, int Watches, int Transactions, int NodeSize);

/// <summary>A setup and what happens then. Plain data: it prints as it is and shrinks by leaving things out.</summary>
internal sealed record Script(Setup Setup, IReadOnlyList<Command> Commands)
{
    /// <summary>What the setup means, in commands.</summary>
    public IEnumerable<Command> Prelude()
    {
        yield return Control(XsMessageType.Write, "/pub/x\0value");
        yield return Control(XsMessageType.SetPerms, "/pub\0b0\0");
        yield return Control(XsMessageType.SetPerms, "/pub/x\0b0\0");
        for (int domain = 1; domain <= Setup.Guests; domain++)
        {
            yield return new Command(CommandKind.Start, domain);
            yield return Control(XsMessageType.Mkdir, $"/local/domain/{domain}\0");
            yield return Control(XsMessageType.SetPerms, $"/local/domain/{domain}\0n{domain}\0");
            yield return Control(XsMessageType.Introduce, $"{domain}\0" + "7\0" + "1\0");
        }
    }

    public override string ToString()
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Setup}\n");
        foreach (var command in Commands)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {command}\n");
        }

        return text.ToString();
    }

    private static Command Control(XsMessageType type, string payload) => new(CommandKind.Ask, 0, type, payload);
}
