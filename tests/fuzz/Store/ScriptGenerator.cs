using Conformance.Model.Protocol.XenStore;
using FsCheck;
using FsCheck.Fluent;

namespace Conformance.Tests.Fuzz.Store;

/// <summary>Random scripts of requests that mostly make sense, on few paths, so that they meet.</summary>
internal static class ScriptGenerator
{
    /// <summary>Few enough that requests meet.</summary>
    public static string[] Paths { get; } =
    [
        "/pub", "/pub/x", "/pub/x/y", "/pub/z", "/pub/z/w", "/local/domain/1", "/local/domain/1/a", "/local/domain/1/a/b",
        "/local/domain/2/a", "/local/domain/2/a/b/c", "/local/domain/3", "/tool", "/", "a", "a/b", "a/b/c", "d",
    ];

    private static readonly string[] OddPaths =
    [
        "@releaseDomain", "@introduceDomain", "@releaseDomain/1", "@other", "", "//", "/pub/", "a//b", "/pub/\u00e9", "a b", "/pub/x/",
    ];

    private static readonly (int Weight, Func<Random, int, Command> Make)[] Kinds =
    [
        (14, (random, who) => Ask(random, who, XsMessageType.Write, PathOf(random) + "\0" + ValueOf(random))),
        (8, (random, who) => Ask(random, who, XsMessageType.Read, PathOf(random) + "\0")),
        (6, (random, who) => Ask(random, who, XsMessageType.Mkdir, PathOf(random) + "\0")),
        (10, (random, who) => Ask(random, who, XsMessageType.Rm, PathOf(random) + "\0")),
        (5, (random, who) => Ask(random, who, XsMessageType.Directory, PathOf(random) + "\0")),
        (3, (random, who) => Ask(random, who, XsMessageType.DirectoryPart, PathOf(random) + "\0" + "0\0")),
        (3, (random, who) => Ask(random, who, XsMessageType.GetPerms, PathOf(random) + "\0")),
        (9, (random, who) => Ask(random, who, XsMessageType.SetPerms, PathOf(random) + "\0" + RightsOf(random, who))),
        (7, (random, who) => Ask(random, who, XsMessageType.Watch, $"{PathOf(random)}\0t{random.Next(2)}\0" + DepthOf(random))),
        (2, (random, who) => Ask(random, who, XsMessageType.Unwatch, $"{PathOf(random)}\0t{random.Next(2)}\0")),
        (7, (random, who) => new Command(CommandKind.Ask, who, XsMessageType.TransactionStart, "\0")),
        (10, (random, who) => new Command(CommandKind.Ask, who, XsMessageType.TransactionEnd, random.Next(5) == 0 ? "F\0" : "T\0", 1 + random.Next(2))),
        (1, (random, who) => new Command(CommandKind.Ask, who, XsMessageType.ResetWatches, "\0", random.Next(2))),
        (4, (random, who) => Ask(random, 0, XsMessageType.Introduce, $"{random.Next(4)}\0" + "7\0" + "1\0")),
        (1, (random, who) => Ask(random, Sender(random, who), XsMessageType.Release, $"{random.Next(4)}\0")),
        (1, (random, who) => Ask(random, Sender(random, who), XsMessageType.Resume, $"{random.Next(4)}\0")),
        (2, (random, who) => Ask(random, Sender(random, who), XsMessageType.SetTarget, $"{random.Next(4)}\0{random.Next(4)}\0")),
        (1, (random, who) => Ask(random, Sender(random, who), XsMessageType.IsDomainIntroduced, $"{random.Next(4)}\0")),
        (1, (random, who) => Ask(random, who, XsMessageType.GetDomainPath, $"{random.Next(4)}\0")),
        (1, (random, who) => Ask(random, who, (XsMessageType)Pick<uint>(random, [15, 16, 20, 27, 65535, uint.MaxValue]), "\0")),
        (8, (random, who) => new Command(CommandKind.Read, who)),
        (1, (random, who) => new Command(CommandKind.Reset, random.Next(5) == 0 ? who : 1)),
        (1, (random, who) => new Command(CommandKind.Abandon, 2 + random.Next(3))),
        (2, (random, who) => new Command(CommandKind.Start, 1 + random.Next(3))),
        (1, (random, who) => new Command(CommandKind.Shutdown, 1 + random.Next(3))),
        (1, (random, who) => new Command(CommandKind.Continue, 1 + random.Next(3))),
        (1, (random, who) => new Command(CommandKind.End, 1 + random.Next(3))),
        (2, (random, who) => new Command(CommandKind.Notice)),
    ];

    public static Arbitrary<Script> Scripts { get; } = Arb.From(
        from seed in Gen.Choose(0, int.MaxValue)
        from length in Gen.Choose(5, 120)
        select Make(new Random(seed), length),
        Shrink);

    /// <summary>Smaller scripts: large pieces left out first, then single commands, then commands made plainer.</summary>
    public static IEnumerable<Script> Shrink(Script script)
    {
        var commands = script.Commands;
        for (int size = commands.Count / 2; size >= 1; size /= 2)
        {
            for (int start = 0; start + size <= commands.Count; start += size)
            {
                yield return script with { Commands = [.. commands.Take(start), .. commands.Skip(start + size)] };
            }
        }

        for (int i = 0; i < commands.Count; i++)
        {
            foreach (var plainer in Plainer(commands[i]))
            {
                yield return script with { Commands = [.. commands.Take(i), plainer, .. commands.Skip(i + 1)] };
            }
        }

        if (script.Setup.Guests > 0)
        {
            yield return script with { Setup = script.Setup with { Guests = script.Setup.Guests - 1 } };
        }
    }

    private static IEnumerable<Command> Plainer(Command command)
    {
        if (command.Who > 0 && command.Kind is CommandKind.Ask or CommandKind.Read)
        {
            yield return command with { Who = 0 };
        }

        if (command.Transaction > 1)
        {
            yield return command with { Transaction = 1 };
        }
    }

    private static Script Make(Random random, int length)
    {
        bool isTight = random.Next(2) == 0;
        var setup = isTight
            ? new Setup(random.Next(4), random.Next(1, 8), random.Next(1, 4), random.Next(1, 3), 12)
            : new Setup(random.Next(4), 1000, 128, 10, 2048);
        int total = Kinds.Sum(kind => kind.Weight);
        var commands = new List<Command>();
        while (commands.Count < length)
        {
            commands.AddRange(random.Next(12) == 0 ? ScriptStories.Make(random) : [MakeOne(random, total)]);
        }

        return new Script(setup, commands);
    }

    private static Command MakeOne(Random random, int total)
    {
        int pick = random.Next(total);
        int who = Pick(random, [0, 0, 1, 2, 2, 3, 4]);
        foreach (var (weight, make) in Kinds)
        {
            pick -= weight;
            if (pick < 0)
            {
                return make(random, who);
            }
        }

        throw new InvalidOperationException("the weights do not add up");
    }

    private static Command Ask(Random random, int who, XsMessageType type, string payload)
    {
        int transaction = random.Next(60) == 0 ? 9 : random.Next(3) == 0 ? 0 : 1 + random.Next(2);
        return new Command(CommandKind.Ask, who, type, random.Next(30) == 0 ? Damage(random, payload) : payload, transaction);
    }

    private static string Damage(Random random, string payload)
    {
        int at = random.Next(payload.Length);
        return random.Next(5) switch
        {
            0 => payload[..at],
            1 => payload[..^1],
            2 => payload + "x",
            3 => payload.Insert(at, Pick(random, ["\0", "-", "\u00ff", "/"])),
            _ => payload + "\0",
        };
    }

    private static string PathOf(Random random) => Pick(random, random.Next(15) == 0 ? OddPaths : Paths);

    private static string ValueOf(Random random) => random.Next(12) == 0 ? new string('v', 13) : Pick(random, ["", "1", "2", "a\0b"]);

    private static string DepthOf(Random random) => random.Next(4) == 0 ? Pick(random, ["0\0", "1\0", "2\0", "-1\0", "x"]) : "";

    private static string RightsOf(Random random, int who)
    {
        int owner = random.Next(3) == 0 ? random.Next(5) : Math.Max(0, who - 1);
        string text = $"{Pick(random, ["n", "r", "w", "b", "b"])}{owner}\0";
        for (int more = random.Next(random.Next(10) == 0 ? 7 : 3); more > 0; more--)
        {
            text += $"{Pick(random, ["n", "r", "w", "b"])}{random.Next(5)}\0";
        }

        return text;
    }

    private static int Sender(Random random, int who) => random.Next(4) == 0 ? who : 0;

    private static T Pick<T>(Random random, T[] choices) => choices[random.Next(choices.Length)];
}
