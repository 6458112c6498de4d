using System.Runtime.CompilerServices;
using Conformance.Model.Protocol.Rings;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.Block.Rings;

/// <summary>
/// One end's producing direction. Entries are collected in private memory at the private index, and pushed together:
/// bytes first, then the index, then the look at the peer's event word (RG-017, RG-018). Any fiber of the end may put
/// and push at any time.
/// </summary>
internal sealed class RingProducer
{
    private readonly RingCore _core;
    private readonly int _producerWord;
    private readonly int _eventWord;
    private readonly byte[] _staging;
    private readonly ushort[] _lengths;

    public RingProducer(RingCore core, int producerWord, int eventWord)
    {
        _core = core;
        _producerWord = producerWord;
        _eventWord = eventWord;
        _staging = new byte[core.Entries * core.EntrySize];
        _lengths = new ushort[core.Entries];
    }

    /// <summary>The private index: one past the last entry that was put.</summary>
    public uint Put { get; private set; }

    /// <summary>The shared index as this end wrote it last; never read back, because the peer can write it.</summary>
    public uint Published { get; private set; }

    /// <summary>Whether a push is between its first step and its last.</summary>
    public bool IsPushing { get; private set; }

    public void StartAt(uint index)
    {
        Put = index;
        Published = index;
    }

    /// <summary>Puts one item that begins an entry and takes <paramref name="entries"/> of them, all but the first without data.</summary>
    public void PutItem(ReadOnlySpan<byte> item, int entries)
    {
        for (int i = 0; i < entries; i++)
        {
            int slot = _core.Slot(Put + (uint)i);
            _lengths[slot] = i == 0 ? (ushort)item.Length : (ushort)0;
            if (i == 0)
            {
                item.CopyTo(_staging.AsSpan(slot * _core.EntrySize));
            }
        }

        Put += (uint)entries;
    }

    /// <summary>
    /// Publishes all that was put. A push that finds another under way leaves its entries to that one, which tells its
    /// own caller whether to notify.
    /// </summary>
    /// <returns>Whether the peer must be notified now.</returns>
    public ValueTask<bool> PushAsync() => IsPushing || Published == Put ? default : PushAllAsync();

    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    private async ValueTask<bool> PushAllAsync()
    {
        bool isNotificationDue = false;
        IsPushing = true;
        try
        {
            while (_core.IsUsable && Published != Put)
            {
                uint old = Published;
                uint next = Put;
                for (uint index = old; index != next && _core.IsUsable;)
                {
                    var bytes = TakeRun(ref index, next, out int offset);
                    await _core.Memory.CopyInAsync(offset, bytes);
                }

                if (!_core.IsUsable)
                {
                    break;
                }

                // Set before the store, because the peer may answer before this fiber runs again.
                Published = next;
                await _core.Memory.StoreAsync(_producerWord, next);
                if (_core.IsUsable)
                {
                    uint wanted = await _core.Memory.LoadAsync(_eventWord);
                    isNotificationDue |= RingIndex.IsNotificationDue(old, next, wanted);
                }
            }
        }
        finally
        {
            IsPushing = false;
        }

        return isNotificationDue;
    }

    /// <summary>
    /// The next bytes to copy in, entries that are filled in one run, and where they belong; goes past them and past the
    /// entries without data that follow.
    /// </summary>
    private ReadOnlyMemory<byte> TakeRun(ref uint index, uint to, out int offset)
    {
        int slot = _core.Slot(index);
        offset = _core.OffsetOf(index);
        int run = FullRun(index, to);
        int length = run == 0 ? _lengths[slot] : run * _core.EntrySize;
        index += (uint)Math.Max(1, run);
        while (index != to && _lengths[_core.Slot(index)] == 0)
        {
            index++;
        }

        return _staging.AsMemory(slot * _core.EntrySize, length);
    }

    /// <summary>How many entries from <paramref name="index"/> on are full and lie one behind the other.</summary>
    private int FullRun(uint index, uint to)
    {
        int slot = _core.Slot(index);
        int most = (int)Math.Min(RingIndex.Distance(index, to), _core.Entries - (uint)slot);
        int run = 0;
        while (run < most && _lengths[slot + run] == _core.EntrySize)
        {
            run++;
        }

        return run;
    }
}
