namespace Conformance.Tests.Fuzz.Store.Specification;

/// <summary>A domain that the store has heard of.</summary>
internal sealed class SpecDomain(int id, ulong incarnation)
{
    public int Id => id;

    public ulong Incarnation => incarnation;

    public SpecClient? Guest { get; set; }

    public bool IsShutdownTold { get; set; }

    public SpecDomain? Target { get; set; }
}

internal enum ExpectedKind
{
    Reply,

    /// <summary>May be left out while an identical one is queued (XS-080).</summary>
    Event,

    /// <summary>An event of a special watch: each one counts.</summary>
    SpecialEvent,
}

/// <summary>One message that a client must see; events of one burst may come in any order unless it is ordered.</summary>
internal sealed record Expected(ExpectedKind Kind, string Text, long Burst, bool IsOrdered);

internal sealed record SpecWatch(SpecClient Client, string Path, string Token, int? Depth, int Prefix)
{
    public bool IsSpecial => Path[0] == '@';
}

/// <summary>One connection, and all that it must have been sent since it was read last.</summary>
internal sealed class SpecClient(SpecDomain domain)
{
    public SpecDomain Domain => domain;

    public bool IsPrivileged => domain.Id == 0;

    public bool IsServed { get; set; } = true;

    public Dictionary<uint, SpecTransaction> Transactions { get; } = [];

    public uint LastTransaction { get; set; }

    public List<Expected> Expected { get; } = [];
}
