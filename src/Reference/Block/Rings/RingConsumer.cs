using System.Runtime.CompilerServices;
using Conformance.Model.Protocol.Rings;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.Block.Rings;

/// <summary>
/// One end's consuming direction. The peer's index is loaded once a pass, judged, and only the loaded value is used
/// (RG-028); entries are copied out once (RG-027). One fiber of the end consumes.
/// </summary>
internal sealed class RingConsumer
{
    private readonly RingCore _core;
    private readonly RingProducer _own;
    private readonly uint _ahead;
    private readonly int _producerWord;
    private readonly int _eventWord;
    private readonly RingFaultKind _outOfRange;
    private readonly RingFaultKind _beyond;
    private uint _sampled;

    /// <param name="core">The ring.</param>
    /// <param name="own">This end's other direction, which bounds the peer's producer.</param>
    /// <param name="ahead">How far the peer's producer may be ahead of what this end published.</param>
    /// <param name="producerWord">The peer's producer index.</param>
    /// <param name="eventWord">This end's event word.</param>
    /// <param name="outOfRange">What it is called when the producer is out of range.</param>
    /// <param name="beyond">What it is called when an item is longer than what was published.</param>
    public RingConsumer(RingCore core, RingProducer own, uint ahead, int producerWord, int eventWord, RingFaultKind outOfRange, RingFaultKind beyond)
    {
        _core = core;
        _own = own;
        _ahead = ahead;
        _producerWord = producerWord;
        _eventWord = eventWord;
        _outOfRange = outOfRange;
        _beyond = beyond;
    }

    public uint Consumed { get; private set; }

    /// <summary>Entries between what was consumed and what was sampled; 0 once the ring is used no more.</summary>
    public int Available => _core.IsUsable ? (int)RingIndex.Distance(Consumed, _sampled) : 0;

    public void StartAt(uint index)
    {
        Consumed = index;
        _sampled = index;
    }

    /// <summary>Loads the peer's producer index once, and halts the ring when it is out of range.</summary>
    /// <returns><see cref="Available"/>.</returns>
    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    public async ValueTask<int> SampleAsync()
    {
        if (!_core.IsUsable)
        {
            return 0;
        }

        uint producer = await _core.Memory.LoadAsync(_producerWord);
        // The bound is taken after the load: what this end published meanwhile may have been answered already.
        Judge(producer, _outOfRange);
        return Available;
    }

    /// <summary>Takes a loaded producer index if it is in range; halts the ring otherwise.</summary>
    public void Judge(uint producer, RingFaultKind kind)
    {
        uint highest = _own.Published + _ahead;
        if (RingIndex.Distance(Consumed, producer) <= RingIndex.Distance(Consumed, highest))
        {
            _sampled = producer;
        }
        else
        {
            _core.Halt(new RingFault(kind, producer, Consumed, highest));
        }
    }

    /// <summary>Copies whole entries out, from <paramref name="skip"/> behind the consumer index on.</summary>
    /// <returns>False when the ring is used no more.</returns>
    public ValueTask<bool> ReadAsync(Memory<byte> destination, int skip)
    {
        if (!_core.IsUsable)
        {
            return default;
        }

        (int count, int rest) = Math.DivRem(destination.Length, _core.EntrySize);
        if (rest != 0 || skip < 0 || skip + count > Available)
        {
            throw new InvalidOperationException($"expected to read whole ones of the {Available} entries sampled, asked for {destination.Length} bytes from entry {skip}");
        }

        uint index = Consumed + (uint)skip;
        int toEnd = ((int)_core.Entries - _core.Slot(index)) * _core.EntrySize;
        if (destination.Length > toEnd)
        {
            return ReadAcrossAsync(destination, index, toEnd);
        }

        var copying = _core.Memory.CopyOutAsync(_core.OffsetOf(index), destination);
        return copying.IsCompletedSuccessfully ? new ValueTask<bool>(_core.IsUsable) : EndReadAsync(copying);
    }

    /// <summary>Copies entries that lie on both sides of the end of the ring.</summary>
    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    private async ValueTask<bool> ReadAcrossAsync(Memory<byte> destination, uint index, int toEnd)
    {
        await _core.Memory.CopyOutAsync(_core.OffsetOf(index), destination[..toEnd]);
        if (_core.IsUsable)
        {
            await _core.Memory.CopyOutAsync(_core.OffsetOf(index + (uint)(toEnd / _core.EntrySize)), destination[toEnd..]);
        }

        return _core.IsUsable;
    }

    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    private async ValueTask<bool> EndReadAsync(ValueTask copying)
    {
        await copying;
        return _core.IsUsable;
    }

    /// <summary>Whether the peer published so many entries; halts the ring when not.</summary>
    public bool Holds(int entries)
    {
        if (_core.IsUsable && (entries < 1 || entries > Available))
        {
            _core.Halt(new RingFault(_beyond, (uint)entries, 1, (uint)Available));
        }

        return _core.IsUsable;
    }

    /// <summary>Moves the consumer index; halts the ring, and moves nothing, when so many were not published.</summary>
    public bool Consume(int entries)
    {
        if (!Holds(entries))
        {
            return false;
        }

        Consumed += (uint)entries;
        return true;
    }

    /// <summary>Asks to be notified when the peer publishes the entry that is <paramref name="ahead"/> from here.</summary>
    public ValueTask ArmAsync(int ahead) => _core.IsUsable ? _core.Memory.StoreAsync(_eventWord, Consumed + (uint)ahead) : default;

    /// <summary>Looks, asks to be notified of the next entry, and looks once more (RG-019).</summary>
    /// <returns>Whether there is work; when not, the peer will notify.</returns>
    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    public async ValueTask<bool> FinalCheckAsync()
    {
        if (await SampleAsync() > 0)
        {
            return true;
        }

        // The store is ordered before the load that follows (RingMemory.StoreAsync); otherwise both ends could sleep.
        await ArmAsync(1);
        return await SampleAsync() > 0;
    }
}
