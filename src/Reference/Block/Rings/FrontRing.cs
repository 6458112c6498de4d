using Conformance.Model.Protocol.Rings;

namespace Conformance.Reference.Block.Rings;

/// <summary>
/// The front-end's end of a split ring of any device class: it makes the ring, puts requests and takes responses. The
/// ring moves bytes; what they mean is the caller's. A back-end that breaks the rules halts the ring with a
/// <see cref="Fault"/> and never throws.
/// </summary>
/// <remarks>
/// Any fiber of the front-end may put and push; one fiber takes responses. Indices are private; of the shared words the
/// ring reads only the response producer and the request event.
/// </remarks>
public sealed class FrontRing
{
    private static readonly byte[] Zeros = new byte[SharedRing.HeaderSize];

    private readonly RingCore _core;
    private readonly RingProducer _requests;
    private readonly RingConsumer _responses;

    /// <summary>Makes the end; nothing is touched before <see cref="InitialiseAsync(uint)"/>.</summary>
    /// <param name="memory">The ring's pages.</param>
    /// <param name="entrySize">Bytes of the larger of request and response.</param>
    /// <param name="entriesMax">Uses fewer entries than fit, which both ends must agree on: a small ring has few states to explore.</param>
    public FrontRing(RingMemory memory, int entrySize, int entriesMax = int.MaxValue)
    {
        _core = new RingCore(memory, entrySize, entriesMax);
        _requests = new RingProducer(_core, SharedRing.RequestProducer, SharedRing.RequestEvent);
        _responses = new RingConsumer(
            _core, _requests, 0, SharedRing.ResponseProducer, SharedRing.ResponseEvent, RingFaultKind.ResponseProducer, RingFaultKind.ResponseBeyondProducer);
    }

    /// <summary>Entries of the ring, a power of two.</summary>
    public int Entries => (int)_core.Entries;

    /// <summary>Bytes of an entry.</summary>
    public int EntrySize => _core.EntrySize;

    /// <summary>False once the ring is halted or detached: nothing more is taken or published then.</summary>
    public bool IsUsable => _core.IsUsable;

    /// <summary>Why the ring was halted (RG-016).</summary>
    public RingFault Fault => _core.Fault;

    /// <summary>Entries that can still be put (RG-013).</summary>
    public int Free => (int)RingIndex.Free(_core.Entries, _requests.Put, _responses.Consumed);

    /// <summary>Entries whose response was not taken yet.</summary>
    public int Outstanding => Entries - Free;

    /// <summary>Entries of responses that the last look at the producer found and that were not taken yet.</summary>
    public int AvailableResponses => _responses.Available;

    /// <summary>Whether a push is under way: wait for it before the pages are given back.</summary>
    public bool IsPushing => _requests.IsPushing;

    /// <summary>The private request producer index, for traces.</summary>
    public uint RequestsPut => _requests.Put;

    /// <summary>The response consumer index, for traces.</summary>
    public uint ResponsesConsumed => _responses.Consumed;

    /// <summary>Writes the whole header (RG-008): both indices 0, both event words 1. Before the ring is granted (RG-009).</summary>
    public ValueTask InitialiseAsync() => InitialiseAsync(0);

    /// <summary>As <see cref="InitialiseAsync()"/>, with indices that start elsewhere, so that they wrap soon.</summary>
    public async ValueTask InitialiseAsync(uint firstIndex)
    {
        _requests.StartAt(firstIndex);
        _responses.StartAt(firstIndex);
        var memory = _core.Memory;
        await memory.CopyInAsync(0, Zeros);
        await memory.StoreAsync(SharedRing.RequestProducer, firstIndex);
        await memory.StoreAsync(SharedRing.ResponseProducer, firstIndex);
        await memory.StoreAsync(SharedRing.RequestEvent, firstIndex + 1);
        await memory.StoreAsync(SharedRing.ResponseEvent, firstIndex + 1);
    }

    /// <summary>
    /// Puts a request of one or more whole entries, which are published together (RG-033). Private until
    /// <see cref="PushRequestsAsync"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">No whole number of entries, or more than <see cref="Free"/>.</exception>
    public void PutRequest(ReadOnlySpan<byte> entries)
    {
        (int count, int rest) = Math.DivRem(entries.Length, EntrySize);
        if (count == 0 || rest != 0 || count > Free)
        {
            throw new InvalidOperationException($"expected whole entries of {EntrySize} bytes, at most {Free} of them, got {entries.Length} bytes");
        }

        for (; !entries.IsEmpty; entries = entries[EntrySize..])
        {
            _requests.PutItem(entries[..EntrySize], 1);
        }
    }

    /// <summary>
    /// Publishes what was put (RG-017). When another fiber is publishing, that one takes these along and this call
    /// returns false at once.
    /// </summary>
    /// <returns>Whether the back-end must be notified now (RG-018).</returns>
    public ValueTask<bool> PushRequestsAsync() => _requests.PushAsync();

    /// <summary>Loads the response producer once, for a pass over all responses up to it (RG-028); halts on RG-016.</summary>
    /// <returns><see cref="AvailableResponses"/>.</returns>
    public ValueTask<int> SampleResponsesAsync() => _responses.SampleAsync();

    /// <summary>Copies the next response's entry out, once (RG-027). It stays until <see cref="ConsumeResponse"/>.</summary>
    /// <param name="entry">Gets <see cref="EntrySize"/> bytes.</param>
    /// <returns>False when the ring is used no more; the bytes mean nothing then.</returns>
    /// <exception cref="InvalidOperationException">No response is available, or the buffer has another size.</exception>
    public ValueTask<bool> ReadResponseAsync(Memory<byte> entry) => _responses.ReadAsync(entry, 0);

    /// <summary>
    /// Takes the response away: as many entries as the request had, by the front-end's own record (RG-035).
    /// </summary>
    /// <returns>False when the back-end published fewer, and the ring is halted (I-73).</returns>
    public bool ConsumeResponse(int entries) => _responses.Consume(entries);

    /// <summary>Before sleeping: looks, asks to be notified, looks again (RG-019).</summary>
    /// <returns>Whether there are responses; when not, the back-end will notify.</returns>
    public ValueTask<bool> FinalCheckForResponsesAsync() => _responses.FinalCheckAsync();

    /// <summary>
    /// Asks to be notified of a response to come, without looking again: enough only when nothing is outstanding
    /// (RG-021), or when something else is bound to wake the front-end (RG-022).
    /// </summary>
    /// <param name="ahead">1 for the next one, more for a batch.</param>
    public ValueTask ArmResponseEventAsync(int ahead = 1) => _responses.ArmAsync(ahead);

    /// <summary>From now on nothing here touches the pages, in whatever step it is (RG-037).</summary>
    public void Detach() => _core.Detach();
}
