using System.Buffers.Binary;
using Conformance.Model.Protocol.XenStore;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>A valid path in absolute form, with the hash that every table of the engine uses.</summary>
internal readonly ref struct StorePath
{
    /// <summary>The hash of the root.</summary>
    public const uint RootHash = 0x9E3779B9;

    public StorePath(ReadOnlySpan<byte> absolute)
        : this(absolute, HashOf(absolute))
    {
    }

    public StorePath(ReadOnlySpan<byte> absolute, uint hash)
    {
        Bytes = absolute;
        Hash = hash;
    }

    public ReadOnlySpan<byte> Bytes { get; }

    public uint Hash { get; }

    public bool IsRoot => Bytes.Length == 1;

    public bool IsSpecial => XsPath.IsSpecial(Bytes);

    /// <summary>The last component; empty for the root.</summary>
    public ReadOnlySpan<byte> Name => Bytes[(Bytes.LastIndexOf((byte)'/') + 1)..];

    /// <summary>The path without its last component; the root is its own parent.</summary>
    public StorePath Parent => new(Bytes[..Math.Max(1, Bytes.LastIndexOf((byte)'/'))]);

    /// <summary>Whether this path lies strictly below <paramref name="ancestor"/>.</summary>
    public static bool IsBelow(ReadOnlySpan<byte> path, ReadOnlySpan<byte> ancestor) =>
        ancestor.Length == 1
            ? path.Length > 1
            : path.Length > ancestor.Length && path[ancestor.Length] == (byte)'/' && path.StartsWith(ancestor);

    /// <summary>Components below <paramref name="ancestor"/>, which is this path or lies above it.</summary>
    public static int LevelsBelow(ReadOnlySpan<byte> path, ReadOnlySpan<byte> ancestor)
    {
        if (path.Length == ancestor.Length)
        {
            return 0;
        }

        return ancestor.Length == 1 ? path.Count((byte)'/') : path[ancestor.Length..].Count((byte)'/');
    }

    /// <summary>The hashes of the strict ancestors, the root's first; returns how many there are.</summary>
    public int HashAncestors(Span<uint> hashes)
    {
        uint hash = RootHash;
        int count = 0;
        for (int start = 1; start < Bytes.Length;)
        {
            hashes[count++] = hash;
            int slash = Bytes[start..].IndexOf((byte)'/');
            int end = slash < 0 ? Bytes.Length : start + slash;
            hash = Extend(hash, Bytes[start..end]);
            start = end + 1;
        }

        return count;
    }

    /// <summary>The hash of a child, from its parent's hash: a walk hashes each byte once.</summary>
    public static uint Extend(uint parent, ReadOnlySpan<byte> name)
    {
        ulong hash = parent ^ ((ulong)name.Length << 32);
        while (name.Length >= 8)
        {
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(name));
            name = name[8..];
        }

        ulong tail = 0;
        for (int i = 0; i < name.Length; i++)
        {
            tail = (tail << 8) | name[i];
        }

        hash = Mix(hash, tail);
        return (uint)(hash ^ (hash >> 32));
    }

    private static uint HashOf(ReadOnlySpan<byte> path)
    {
        uint hash = RootHash;
        var rest = path[1..];
        while (!rest.IsEmpty)
        {
            int slash = rest.IndexOf((byte)'/');
            hash = Extend(hash, slash < 0 ? rest : rest[..slash]);
            rest = slash < 0 ? default : rest[(slash + 1)..];
        }

        return hash;
    }

    private static ulong Mix(ulong hash, ulong word)
    {
        hash = (hash ^ word) * 0x9E3779B97F4A7C15;
        return hash ^ (hash >> 29);
    }
}
