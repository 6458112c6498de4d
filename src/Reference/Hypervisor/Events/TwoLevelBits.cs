using System.Numerics;

namespace Conformance.Reference.Hypervisor;

/// <summary>
/// Two levels: a bit in a selector word of the virtual CPU says that a word of pending bits has something new
/// (event_channel.h, xen.h).
/// </summary>
internal sealed class TwoLevelBits(int wordBits) : EventBits
{
    private ulong[] _pending = [];
    private ulong[] _masked = [];
    private int _word = -1;
    private ulong _found;

    public override int PortLimit => wordBits * wordBits;

    public override bool IsPending(uint port) => Has(_pending, port);

    public override bool IsMasked(uint port) => Has(_masked, port);

    public override void SetPending(EventPort port)
    {
        if (!TestAndSet(ref _pending, port.Number) && !IsMasked(port.Number))
        {
            port.NotifiedCpu.Select(Word(port.Number));
        }
    }

    public override bool ClearPending(uint port) => TestAndClear(_pending, port);

    public override void Mask(uint port) => TestAndSet(ref _masked, port);

    public override void Unmask(EventPort port)
    {
        if (TestAndClear(_masked, port.Number) && IsPending(port.Number))
        {
            port.NotifiedCpu.Select(Word(port.Number));
        }
    }

    public override bool TakeNext(VirtualCpu cpu, out uint port)
    {
        // The flag is cleared before the selector is looked at, and a selector bit before its ports: what is set later
        // sets the flag again, so nothing is lost.
        while (_found == 0)
        {
            cpu.IsUpcallPending = false;
            if (cpu.Selector == 0)
            {
                port = 0;
                return false;
            }

            _word = BitOperations.TrailingZeroCount(cpu.Selector);
            cpu.Selector &= ~(1ul << _word);
            _found = At(_pending, _word) & ~At(_masked, _word);
        }

        int bit = BitOperations.TrailingZeroCount(_found);
        _found &= ~(1ul << bit);
        port = (uint)((_word * wordBits) + bit);
        return true;
    }

    private int Word(uint port) => (int)port / wordBits;

    private ulong Bit(uint port) => 1ul << ((int)port % wordBits);

    private static ulong At(ulong[] words, int word) => word < words.Length ? words[word] : 0;

    private bool Has(ulong[] words, uint port) => (At(words, Word(port)) & Bit(port)) != 0;

    private bool TestAndSet(ref ulong[] words, uint port)
    {
        int word = Word(port);
        if (word >= words.Length)
        {
            Array.Resize(ref words, word + 1);
        }

        bool was = Has(words, port);
        words[word] |= Bit(port);
        return was;
    }

    private bool TestAndClear(ulong[] words, uint port)
    {
        bool was = Has(words, port);
        if (was)
        {
            words[Word(port)] &= ~Bit(port);
        }

        return was;
    }
}
