using Conformance.Model.Protocol.XenStore;

namespace Conformance.Model.Protocol.Block.Negotiation;

/// <summary>
/// What a numeric node of the peer holds: nothing, a number, or something that is no number. There is no fourth: a
/// prefix of digits is never taken for a number (NG-001, NG-002).
/// </summary>
public readonly record struct NodeNumber
{
    private readonly Kind kind;
    private readonly ulong value;

    private NodeNumber(Kind kind, ulong value)
    {
        this.kind = kind;
        this.value = value;
    }

    private enum Kind : byte
    {
        Absent,
        Malformed,
        Number,
    }

    /// <summary>The node does not exist; also the default.</summary>
    public static readonly NodeNumber Absent;

    /// <summary>Whether the node does not exist.</summary>
    public bool IsAbsent => kind == Kind.Absent;

    /// <summary>Whether the node exists and holds no number: empty, a sign, a space, a NUL, other characters, too large.</summary>
    public bool IsMalformed => kind == Kind.Malformed;

    /// <summary>Whether the node is enabled: it exists and its number is not 0; presence alone is not enough (NG-023).</summary>
    public bool IsEnabled => kind == Kind.Number && value != 0;

    /// <summary>Reads the value of a node that exists.</summary>
    /// <param name="ascii">The node's bytes.</param>
    /// <param name="maximum">The largest number of the node's type, such as <see cref="uint.MaxValue"/>.</param>
    public static NodeNumber Read(ReadOnlySpan<byte> ascii, ulong maximum = uint.MaxValue) =>
        XsNumber.TryParse(ascii, maximum, out ulong value) ? Of(value) : new(Kind.Malformed, 0);

    /// <summary>A node that holds a number.</summary>
    public static NodeNumber Of(ulong value) => new(Kind.Number, value);

    /// <summary>The number, if there is one.</summary>
    public bool TryGet(out ulong number)
    {
        number = value;
        return kind == Kind.Number;
    }

    /// <summary>The number, or the documented default of a node that is absent or malformed (NG-002).</summary>
    public ulong Or(ulong fallback) => kind == Kind.Number ? value : fallback;
}
