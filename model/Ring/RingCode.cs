namespace Conformance.Model.Ring;

/// <summary>The steps of the ring model.</summary>
internal enum RingCode : byte
{
    Wake,
    WriteEntry,
    WriteSecond,
    Push,
    LoadEvent,
    Notify,
    LoadProducer,
    ReadEntry,
    ReadSecond,
    Arm,
    ArmAndRest,
    Recheck,
    Drain,
    Attack,
}

/// <summary>Who takes steps, in the order of a chart's columns.</summary>
internal static class RingParticipant
{
    public const byte Front = 0;
    public const byte FrontStores = 1;
    public const byte Back = 2;
    public const byte BackStores = 3;

    public static IReadOnlyList<string> Names { get; } = ["front", "front's stores", "back", "back's stores"];
}
