using System.Runtime.CompilerServices;
using Conformance.Model.Protocol.Rings;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.Block.Rings;

/// <summary>
/// The back-end's end of a split ring of any device class: it attaches to a ring that the front-end made, takes requests
/// and puts responses. The ring moves bytes; what they mean is the caller's. A front-end that breaks the rules halts the
/// ring with a <see cref="Fault"/> and never throws.
/// </summary>
/// <remarks>
/// One fiber of the back-end takes requests; any fiber may put and push responses. Indices are private; of the shared
/// words the ring reads only the request producer and the response event, and the response producer once, to attach.
/// </remarks>
public sealed class BackRing
{
    private readonly RingCore _core;
    private readonly RingProducer _responses;
    private readonly RingConsumer _requests;

    /// <summary>Makes the end; nothing is touched before <see cref="AttachAsync"/>.</summary>
    /// <param name="memory">The ring's pages.</param>
    /// <param name="entrySize">Bytes of the larger of request and response, in the front-end's ABI (RG-005).</param>
    /// <param name="entriesMax">Uses fewer entries than fit, which both ends must agree on: a small ring has few states to explore.</param>
    public BackRing(RingMemory memory, int entrySize, int entriesMax = int.MaxValue)
    {
        _core = new RingCore(memory, entrySize, entriesMax);
        _responses = new RingProducer(_core, SharedRing.ResponseProducer, SharedRing.ResponseEvent);
        _requests = new RingConsumer(
            _core, _responses, _core.Entries, SharedRing.RequestProducer, SharedRing.RequestEvent, RingFaultKind.RequestProducer, RingFaultKind.RequestBeyondProducer);
    }

    /// <summary>Entries of the ring, a power of two.</summary>
    public int Entries => (int)_core.Entries;

    /// <summary>Bytes of an entry.</summary>
    public int EntrySize => _core.EntrySize;

    /// <summary>False once the ring is halted or detached: nothing more is taken or published then.</summary>
    public bool IsUsable => _core.IsUsable;

    /// <summary>Why the ring was halted (RG-011, RG-015, RG-034).</summary>
    public RingFault Fault => _core.Fault;

    /// <summary>Entries of requests that the last look at the producer found and that were not consumed yet.</summary>
    public int AvailableRequests => _requests.Available;

    /// <summary>Entries consumed whose response was not put yet.</summary>
    public int Unanswered => (int)RingIndex.Distance(_responses.Put, _requests.Consumed);

    /// <summary>Whether a push is under way: wait for it before the pages are unmapped.</summary>
    public bool IsPushing => _responses.IsPushing;

    /// <summary>The request consumer index, for traces.</summary>
    public uint RequestsConsumed => _requests.Consumed;

    /// <summary>The private response producer index, for traces.</summary>
    public uint ResponsesPut => _responses.Put;

    /// <summary>
    /// Takes the ring up where its responses end (RG-010), unless more requests are pending than it has entries (RG-011).
    /// </summary>
    /// <returns>False when the ring is refused, and halted.</returns>
    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    public async ValueTask<bool> AttachAsync()
    {
        uint responses = await _core.Memory.LoadAsync(SharedRing.ResponseProducer);
        uint requests = await _core.Memory.LoadAsync(SharedRing.RequestProducer);
        _responses.StartAt(responses);
        _requests.StartAt(responses);
        _requests.Judge(requests, RingFaultKind.AttachedOutOfRange);
        return IsUsable;
    }

    /// <summary>Loads the request producer once, for a pass over all requests up to it (RG-028); halts on RG-015.</summary>
    /// <returns><see cref="AvailableRequests"/>; responses that lie in the ring count against it (RG-014).</returns>
    public ValueTask<int> SampleRequestsAsync() => _requests.SampleAsync();

    /// <summary>
    /// Copies whole entries out, once each (RG-027): the first to learn how many there are, then the rest, whose number
    /// was checked by <see cref="HoldsRequest"/>. They stay until <see cref="ConsumeRequest"/>.
    /// </summary>
    /// <param name="entries">Gets as many entries as it has room for.</param>
    /// <param name="skip">Entries behind the consumer index that are left out.</param>
    /// <returns>False when the ring is used no more; the bytes mean nothing then.</returns>
    /// <exception cref="InvalidOperationException">More than <see cref="AvailableRequests"/>, or no whole number of entries.</exception>
    public ValueTask<bool> ReadRequestAsync(Memory<byte> entries, int skip = 0) => _requests.ReadAsync(entries, skip);

    /// <summary>Whether a request of so many entries lies below the producer index that was sampled (RG-034).</summary>
    /// <returns>False when not, and the ring is halted (I-73).</returns>
    public bool HoldsRequest(int entries) => _requests.Holds(entries);

    /// <summary>
    /// Takes a request of so many entries away. Comes before anything that can lead to its response (RG-024).
    /// </summary>
    /// <returns>False when fewer entries were published, and the ring is halted.</returns>
    public bool ConsumeRequest(int entries) => _requests.Consume(entries);

    /// <summary>
    /// Puts the response to a request of so many entries: data in the first, none in the others (RG-035). Private until
    /// <see cref="PushResponsesAsync"/>. Does nothing once the ring is used no more.
    /// </summary>
    /// <param name="response">The whole structure with its padding (RG-029).</param>
    /// <param name="entries">Entries of the request.</param>
    /// <exception cref="InvalidOperationException">Longer than an entry, or more entries than were consumed and not answered (RG-026).</exception>
    public void PutResponse(ReadOnlySpan<byte> response, int entries)
    {
        if (!IsUsable)
        {
            return;
        }

        if (response.IsEmpty || response.Length > EntrySize || entries < 1 || entries > Unanswered)
        {
            throw new InvalidOperationException(
                $"expected a response of 1 to {EntrySize} bytes for 1 to {Unanswered} entries, got {response.Length} bytes for {entries}");
        }

        _responses.PutItem(response, entries);
    }

    /// <summary>
    /// Publishes what was put (RG-017). When another fiber is publishing, that one takes these along and this call
    /// returns false at once.
    /// </summary>
    /// <returns>Whether the front-end must be notified now (RG-018).</returns>
    public ValueTask<bool> PushResponsesAsync() => _responses.PushAsync();

    /// <summary>Before sleeping: looks, asks to be notified, looks again (RG-019).</summary>
    /// <returns>Whether there are requests; when not, the front-end will notify.</returns>
    public ValueTask<bool> FinalCheckForRequestsAsync() => _requests.FinalCheckAsync();

    /// <summary>Asks to be notified of a request to come, without looking again: only where something else is bound to wake the back-end (RG-022).</summary>
    /// <param name="ahead">1 for the next one, more for a batch.</param>
    public ValueTask ArmRequestEventAsync(int ahead = 1) => _requests.ArmAsync(ahead);

    /// <summary>From now on nothing here touches the pages, in whatever step it is (RG-037).</summary>
    public void Detach() => _core.Detach();
}
