using Conformance.Model.Protocol.XenStore;
using Conformance.Tests.Fuzz.Machinery;

namespace Conformance.Tests.Fuzz.Store;

/// <summary>Short runs of commands that belong together, and that single random commands hardly ever make.</summary>
internal static class ScriptStories
{
    private static readonly string[] SpecialPaths =
        ["@releaseDomain", "@introduceDomain", "@releaseDomain/1", "@releaseDomain/2", "@introduceDomain/1"];

    public static IEnumerable<Command> Make(Random random)
    {
        int who = random.Pick(0, 1, 2, 3, 4);
        return random.Next(5) switch
        {
            0 => Rebirth(1 + random.Next(3), random.Next(2) == 0),
            1 => SpecialWatch(random, who),
            2 => Race(random, who),
            3 => MadeAnew(who, random.Pick(ScriptGenerator.Paths)),
            _ => Target(1 + random.Next(3), 1 + random.Next(3), random),
        };
    }

    /// <summary>A domain ends, and another with its number is introduced; the store may not have been told of the end.</summary>
    private static IEnumerable<Command> Rebirth(int domain, bool isTold)
    {
        yield return new Command(CommandKind.End, domain);
        if (isTold)
        {
            yield return new Command(CommandKind.Notice);
        }

        yield return new Command(CommandKind.Start, domain);
        yield return Ask(0, XsMessageType.Introduce, $"{domain}\0" + "7\0" + "1\0");
    }

    private static IEnumerable<Command> SpecialWatch(Random random, int who)
    {
        string path = random.Pick(SpecialPaths);
        if (random.Next(2) == 0)
        {
            yield return Ask(0, XsMessageType.SetPerms, $"{path}\0n0\0{random.Pick("r", "b", "n")}{random.Next(1, 4)}\0");
        }

        yield return Ask(who, XsMessageType.Watch, $"{path}\0t{random.Next(2)}\0{random.Pick("", "", "0\0", "1\0")}");
    }

    /// <summary>A transaction, and a change of somebody else in the middle of it.</summary>
    private static IEnumerable<Command> Race(Random random, int who)
    {
        string[] paths = [.. Enumerable.Range(0, 3).Select(_ => random.Pick(ScriptGenerator.Paths))];
        yield return Ask(who, XsMessageType.TransactionStart, "\0");
        for (int i = 0; i < 4; i++)
        {
            bool isInside = i is 0 or 3 || random.Next(2) == 0;
            var (type, payload) = random.Pick(
                (XsMessageType.Write, $"/{i}\0"), (XsMessageType.Rm, ""), (XsMessageType.Directory, ""), (XsMessageType.Read, ""), (XsMessageType.Mkdir, $"/new{i}"), (XsMessageType.Write, ""));
            yield return Ask(isInside ? who : random.Pick(who, 0, 2), type, random.Pick(paths).TrimEnd('/') + payload + "\0", isInside ? 1 : 0);
        }

        yield return Ask(who, XsMessageType.TransactionEnd, "T\0", 1);
    }

    /// <summary>A node that a transaction removes and makes again.</summary>
    private static IEnumerable<Command> MadeAnew(int who, string path)
    {
        yield return Ask(who, XsMessageType.TransactionStart, "\0");
        yield return Ask(who, XsMessageType.DirectoryPart, $"{path}\0" + "0\0", 1);
        yield return Ask(who, XsMessageType.Rm, $"{path}\0", 1);
        yield return Ask(who, XsMessageType.Mkdir, $"{path}\0", 1);
        yield return Ask(who, XsMessageType.DirectoryPart, $"{path}\0" + "0\0", 1);
    }

    /// <summary>A domain gets another's rights, is replaced unnoticed, and asks for something that names it.</summary>
    private static IEnumerable<Command> Target(int domain, int target, Random random)
    {
        yield return Ask(0, XsMessageType.SetTarget, $"{domain}\0{target}\0");
        if (random.Next(2) == 0)
        {
            yield return new Command(CommandKind.Start, domain);
        }

        yield return Ask(domain + 1, XsMessageType.SetPerms, $"/local/domain/{target}\0b{target}\0r{domain}\0");
    }

    private static Command Ask(int who, XsMessageType type, string payload, int transaction = 0) =>
        new(CommandKind.Ask, who, type, payload, transaction);
}
