using Conformance.Model.Protocol.XenStore;

namespace Conformance.Tests.Fuzz.Store;

/// <summary>Scripts on which the engine or the specification was wrong once, as small as they shrank.</summary>
public class FixedScripts
{
    private static readonly Setup Roomy = new(2, 1000, 128, 10, 2048);

    [Fact]
    [Trait("Clause", "XS-113")]
    public void Removal_OfATreeThatOthersTookApart() => Run(
        Ask(0, XsMessageType.TransactionStart, "\0"),
        Ask(0, XsMessageType.Directory, "/pub\0", 1),
        Ask(1, XsMessageType.Rm, "/pub/x\0"),
        Ask(0, XsMessageType.Rm, "/pub\0", 1),
        Ask(0, XsMessageType.TransactionEnd, "T\0", 1));

    [Fact]
    [Trait("Clause", "XS-113")]
    public void Listing_OfAChildThatOthersRemovedAndTheTransactionMade() => Run(
        Ask(0, XsMessageType.TransactionStart, "\0"),
        Ask(0, XsMessageType.GetPerms, "/pub\0", 1),
        Ask(1, XsMessageType.Rm, "/pub/x\0"),
        Ask(0, XsMessageType.Write, "/pub/x\0v", 1),
        Ask(0, XsMessageType.Directory, "/pub\0", 1),
        Ask(0, XsMessageType.TransactionEnd, "T\0", 1));

    [Fact]
    [Trait("Clause", "XS-054")]
    public void Generation_OfANodeThatATransactionMadeAnew() => Run(
        Ask(0, XsMessageType.TransactionStart, "\0"),
        Ask(0, XsMessageType.DirectoryPart, "/pub\0" + "0\0", 1),
        Ask(0, XsMessageType.Rm, "/pub\0", 1),
        Ask(0, XsMessageType.Mkdir, "/pub\0", 1),
        Ask(0, XsMessageType.DirectoryPart, "/pub\0" + "0\0", 1),
        Ask(0, XsMessageType.TransactionEnd, "T\0", 1));

    [Fact]
    [Trait("Clause", "XS-117")]
    public void Death_OfADomainThatANodeMadeAndRemovedInATransactionNamed() => Run(
        Ask(0, XsMessageType.TransactionStart, "\0"),
        Ask(0, XsMessageType.Mkdir, "/new\0", 1),
        Ask(0, XsMessageType.SetPerms, "/new\0n0\0b1\0", 1),
        Ask(0, XsMessageType.Rm, "/new\0", 1),
        new Command(CommandKind.End, 1),
        new Command(CommandKind.Notice),
        Ask(0, XsMessageType.TransactionEnd, "T\0", 1));

    [Fact]
    [Trait("Clause", "XS-061")]
    public void Request_OfADomainThatFindsItselfReplaced() => Run(
        Ask(0, XsMessageType.SetTarget, "1\0" + "2\0"),
        new Command(CommandKind.Start, 1),
        Ask(2, XsMessageType.SetPerms, "/local/domain/2\0b2\0r1\0"));

    [Fact]
    [Trait("Clause", "XS-086")]
    public void Event_OfANodeThatIsNewBelowAParentThatTheSameTransactionShuts() => Run(
        Ask(2, XsMessageType.Watch, "/pub/z\0t0\0"),
        Ask(0, XsMessageType.Mkdir, "/pub/z\0"),
        Ask(0, XsMessageType.TransactionStart, "\0"),
        Ask(0, XsMessageType.SetPerms, "/pub/z\0w0\0b3\0", 1),
        Ask(0, XsMessageType.Write, "/pub/z/w\01", 1),
        Ask(0, XsMessageType.TransactionEnd, "T\0", 1),
        new Command(CommandKind.Read, 2));

    private static void Run(params Command[] commands) => Assert.Null(ScriptRun.Run(new Script(Roomy, commands)));

    private static Command Ask(int who, XsMessageType type, string payload, int transaction = 0) =>
        new(CommandKind.Ask, who, type, payload, transaction);
}
