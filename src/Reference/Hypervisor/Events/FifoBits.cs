using System.Numerics;
using Conformance.Model.Protocol.Events;

namespace Conformance.Reference.Hypervisor;

/// <summary>
/// FIFO events: one word a port, and a queue a priority on each virtual CPU, linked through the words (event_channel.h).
/// The array of words grows by pages; a port without a word keeps its event until there is one (EV-028).
/// </summary>
internal sealed class FifoBits : EventBits
{
    private readonly HashSet<uint> _held = [];
    private readonly Dictionary<uint, Queue[]> _queues = [];
    private EventWord[] _words = [];

    public override int PortLimit => EventLimits.FifoPorts;

    public int Pages => _words.Length / EventLimits.FifoPortsPerPage;

    public bool HasControl(VirtualCpu cpu) => _queues.ContainsKey(cpu.Number);

    public void AddControl(VirtualCpu cpu) => _queues.Add(cpu.Number, new Queue[EventLimits.FifoPriorities]);

    /// <summary>Adds a page of words, with what its ports were kept waiting for.</summary>
    public void Expand(Func<uint, EventPort?> find)
    {
        Array.Resize(ref _words, _words.Length + EventLimits.FifoPortsPerPage);
        Requeue(find);
    }

    /// <summary>Sets what was kept; what still has no word or no queue is kept again.</summary>
    public void Requeue(Func<uint, EventPort?> find)
    {
        uint[] held = [.. _held.Order()];
        _held.Clear();
        foreach (uint number in held)
        {
            if (find(number) is { } port)
            {
                SetPending(port);
            }
        }
    }

    public override bool IsPending(uint port) => Word(port).HasFlag(EventWord.Pending) || _held.Contains(port);

    public override bool IsMasked(uint port) => Word(port).HasFlag(EventWord.Masked);

    public override void SetPending(EventPort port)
    {
        if (port.Number >= _words.Length || !HasControl(port.NotifiedCpu))
        {
            _held.Add(port.Number);
            return;
        }

        ref var word = ref _words[port.Number];
        bool isNews = !word.HasFlag(EventWord.Pending);
        word |= EventWord.Pending;
        if (isNews)
        {
            LinkIfDue(port, ref word);
        }
    }

    public override bool ClearPending(uint port)
    {
        bool was = IsPending(port);
        _held.Remove(port);
        if (port < _words.Length)
        {
            _words[port] &= ~EventWord.Pending;
        }

        return was;
    }

    public override void Mask(uint port)
    {
        if (port < _words.Length)
        {
            _words[port] |= EventWord.Masked;
        }
    }

    public override void Unmask(EventPort port)
    {
        if (IsMasked(port.Number))
        {
            ref var word = ref _words[port.Number];
            word &= ~EventWord.Masked;
            if (word.HasFlag(EventWord.Pending))
            {
                LinkIfDue(port, ref word);
            }
        }
    }

    public override bool TakeNext(VirtualCpu cpu, out uint port)
    {
        port = 0;
        while (true)
        {
            cpu.IsUpcallPending = false;
            if (cpu.Selector == 0 || !HasControl(cpu))
            {
                return false;
            }

            // The lowest number is the highest priority, and is looked for again after every event.
            int priority = BitOperations.TrailingZeroCount(cpu.Selector);
            ref var queue = ref _queues[cpu.Number][priority];
            port = queue.Head;
            ref var word = ref _words[port];
            queue.Head = (uint)(word & EventWord.LinkMask);
            word &= ~(EventWord.Linked | EventWord.LinkMask);
            if (queue.Head == 0)
            {
                queue = default;
                cpu.Selector &= ~(1ul << priority);
            }

            if ((word & (EventWord.Pending | EventWord.Masked)) == EventWord.Pending)
            {
                return true;
            }
        }
    }

    private EventWord Word(uint port) => port < _words.Length ? _words[port] : EventWord.None;

    private void LinkIfDue(EventPort port, ref EventWord word)
    {
        if ((word & (EventWord.Masked | EventWord.Linked)) != 0 || !HasControl(port.NotifiedCpu))
        {
            return;
        }

        word |= EventWord.Linked;
        ref var queue = ref _queues[port.NotifiedCpu.Number][port.Priority];
        if (queue.Head == 0)
        {
            queue.Head = port.Number;
        }
        else
        {
            _words[queue.Tail] = (_words[queue.Tail] & ~EventWord.LinkMask) | (EventWord)port.Number;
        }

        queue.Tail = port.Number;
        port.NotifiedCpu.Select(port.Priority);
    }

    private struct Queue
    {
        public uint Head;
        public uint Tail;
    }
}
