using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Rings;
using Conformance.Reference.Block.Rings;
using Conformance.Reference.Ports;
using Conformance.Reference.World;

namespace Conformance.Suite.Block.Scripted;

/// <summary>
/// The front's end of one ring with nothing in between: entries are the bytes that the case gives, indices are what it
/// says, and nothing is checked.
/// </summary>
public sealed class ScriptedRing
{
    private const int LooksAtOnce = 48;

    private readonly WorldDomain guest;
    private readonly RingMemory memory;
    private readonly BlkifAbi abi;

    private ScriptedRing(WorldDomain guest, IReadOnlyList<IOwnPage> pages, IReadOnlyList<GrantRef> references, IEventChannel channel, BlkifAbi abi)
    {
        this.guest = guest;
        this.abi = abi;
        Pages = pages;
        References = references;
        Channel = channel;
        memory = new RingMemory([.. pages]);
        EntrySize = BlkifRing.EntrySize(abi);
        Entries = BlkifRing.Entries(pages.Count, abi);
    }

    /// <summary>The pages in their order.</summary>
    public IReadOnlyList<IOwnPage> Pages { get; }

    /// <summary>Their references.</summary>
    public IReadOnlyList<GrantRef> References { get; }

    /// <summary>The port.</summary>
    public IEventChannel Channel { get; }

    /// <summary>Bytes of an entry.</summary>
    public int EntrySize { get; }

    /// <summary>How many entries fit.</summary>
    public uint Entries { get; }

    /// <summary>The index behind the last entry that was put.</summary>
    public uint Produced { get; set; }

    /// <summary>The index behind the last response that was taken.</summary>
    public uint Consumed { get; set; }

    /// <summary>Makes pages, header, grants and port.</summary>
    public static async ValueTask<ScriptedRing> CreateAsync(WorldDomain guest, DomainId back, FrontPlan plan)
    {
        ArgumentNullException.ThrowIfNull(guest);
        ArgumentNullException.ThrowIfNull(plan);
        var pages = new List<IOwnPage>();
        var references = new List<GrantRef>();
        var filling = new byte[SharedRing.PageSize];
        Array.Fill(filling, plan.Filling);
        for (int i = 0; i < plan.Pages; i++)
        {
            var page = (await guest.Memory.AllocateAsync())!;
            await page.CopyInAsync(0, filling);
            pages.Add(page);
        }

        await pages[0].CopyInAsync(0, new byte[SharedRing.HeaderSize]);
        await pages[0].StoreAsync(SharedRing.RequestProducer, plan.FirstIndex);
        await pages[0].StoreAsync(SharedRing.ResponseProducer, plan.FirstIndex);
        await pages[0].StoreAsync(SharedRing.RequestEvent, plan.FirstIndex + 1);
        await pages[0].StoreAsync(SharedRing.ResponseEvent, plan.FirstIndex + 1);
        foreach (var page in pages)
        {
            references.Add(await guest.Grants.GrantAsync(back, page, GrantAccess.ReadWrite));
        }

        var port = await guest.Events.AllocateUnboundAsync(back);
        return new ScriptedRing(guest, pages, references, port.Channel!, plan.Abi) { Produced = plan.FirstIndex, Consumed = plan.FirstIndex };
    }

    /// <summary>Loads a word of the header.</summary>
    public ValueTask<uint> LoadAsync(int word) => memory.LoadAsync(word);

    /// <summary>Stores a word of the header.</summary>
    public ValueTask StoreAsync(int word, uint value) => memory.StoreAsync(word, value);

    /// <summary>Writes whole entries from an index on, wrapping as the ring does; nothing else changes.</summary>
    public async ValueTask WriteEntriesAsync(uint index, ReadOnlyMemory<byte> entries)
    {
        for (; !entries.IsEmpty; entries = entries[EntrySize..])
        {
            await memory.CopyInAsync(SharedRing.EntryOffset(index++, Entries, EntrySize), entries[..EntrySize]);
        }
    }

    /// <summary>Copies an entry out.</summary>
    public async ValueTask<byte[]> ReadEntryAsync(uint index)
    {
        var entry = new byte[EntrySize];
        await memory.CopyOutAsync(SharedRing.EntryOffset(index, Entries, EntrySize), entry);
        return entry;
    }

    /// <summary>Puts the entries of a request behind those that were put before; not published.</summary>
    public async ValueTask PutAsync(byte[] entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        await WriteEntriesAsync(Produced, entries);
        Produced += (uint)(entries.Length / EntrySize);
    }

    /// <summary>Publishes all that was put, and notifies the back whether it wants that or not.</summary>
    public ValueTask PublishAsync() => PublishAsync(Produced);

    /// <summary>Publishes an index, whatever was put, and notifies the back.</summary>
    public async ValueTask PublishAsync(uint index)
    {
        await StoreAsync(SharedRing.RequestProducer, index);
        await Channel.NotifyAsync();
    }

    /// <summary>
    /// Takes the next response: looks again and again while others go on, then at longer and longer intervals in which
    /// nobody else could, for about half an hour.
    /// </summary>
    /// <param name="entries">How many entries the response takes.</param>
    /// <returns>Null when none came.</returns>
    public async ValueTask<RingResponse?> TakeAsync(int entries = 1)
    {
        for (int wait = 1; wait <= 1 << 20; wait *= 2)
        {
            for (int look = 0; look < LooksAtOnce; look++)
            {
                if (await LoadAsync(SharedRing.ResponseProducer) != Consumed)
                {
                    var response = new RingResponse(await ReadEntryAsync(Consumed), abi);
                    Consumed += (uint)entries;
                    await StoreAsync(SharedRing.ResponseEvent, Consumed + 1);
                    return response;
                }
            }

            await guest.Fibers.DelayAsync(TimeSpan.FromMilliseconds(wait));
        }

        return null;
    }
}
