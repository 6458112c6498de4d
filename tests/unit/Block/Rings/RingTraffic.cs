using System.Buffers.Binary;
using Conformance.Reference.Block.Rings;

namespace Conformance.Tests.Unit.Block.Rings;

/// <summary>
/// A front-end and a back-end on the same pages that exchange requests of one or more entries. Each end runs only when
/// the other notified it, so a lost notification shows as an end to the traffic.
/// </summary>
internal sealed class RingTraffic
{
    private readonly Random random;
    private readonly Dictionary<uint, int> outstanding = [];
    private readonly List<(uint Id, int Entries)> held = [];
    private readonly byte[] entry;
    private bool isFrontNotified = true;
    private bool isBackNotified;
    private uint next = 1;
    private int left;

    public RingTraffic(RingPages pages, int entrySize, int seed, int entriesMax = int.MaxValue)
    {
        random = new Random(seed);
        entry = new byte[entrySize];
        Front = new FrontRing(pages.Memory, entrySize, entriesMax);
        Back = new BackRing(pages.Memory, entrySize, entriesMax);
    }

    public FrontRing Front { get; }

    public BackRing Back { get; }

    public int Entries => Front.Entries;

    public uint EntriesSent { get; private set; }

    public async Task StartAsync(uint first)
    {
        await Front.InitialiseAsync(first);
        Assert.True(await Back.AttachAsync());
        Assert.Equal(Front.Entries, Back.Entries);
    }

    public async Task RunAsync(int requests)
    {
        left = requests;
        while (isFrontNotified || isBackNotified)
        {
            await TurnAsync();
        }

        Assert.True(left == 0 && outstanding.Count == 0 && held.Count == 0, $"both ends sleep over {left} requests to send and {outstanding.Count} to answer");
        Assert.Equal(Entries, Front.Free);
    }

    public async Task RunUntilUnusableAsync()
    {
        left = int.MaxValue;
        while (Front.IsUsable && Back.IsUsable)
        {
            await TurnAsync();
        }
    }

    private async Task TurnAsync()
    {
        bool isFrontsTurn = isFrontNotified && (!isBackNotified || random.Next(2) == 0);
        if (isFrontsTurn)
        {
            isFrontNotified = false;
            await RunFrontAsync();
        }
        else
        {
            isBackNotified = false;
            await RunBackAsync();
        }
    }

    private async Task RunFrontAsync()
    {
        do
        {
            await Front.SampleResponsesAsync();
            while (Front.AvailableResponses > 0)
            {
                if (await Front.ReadResponseAsync(entry))
                {
                    uint id = BinaryPrimitives.ReadUInt32LittleEndian(entry);
                    Assert.True(outstanding.Remove(id, out int entries), $"response to {id}, which is not outstanding");
                    Assert.True(Front.ConsumeResponse(entries), Front.Fault.ToString());
                }
            }

            SendSome();
            isBackNotified |= await Front.PushRequestsAsync();
        }
        while (await Front.FinalCheckForResponsesAsync());
    }

    private void SendSome()
    {
        while (left > 0 && Front.Free > 0)
        {
            int entries = random.Next(1, Math.Min(Front.Free, 19) + 1);
            byte[] request = new byte[entries * entry.Length];
            random.NextBytes(request);
            BinaryPrimitives.WriteUInt32LittleEndian(request, next);
            for (int i = 0; i < entries; i++)
            {
                // The last bytes of each entry tell the back-end which entry of which request it is.
                request[(i * entry.Length) + entry.Length - 2] = (byte)next;
                request[(i * entry.Length) + entry.Length - 1] = (byte)(i == 0 ? entries : 100 + i);
            }

            Front.PutRequest(request);
            EntriesSent += (uint)entries;
            outstanding.Add(next++, entries);
            left--;
        }
    }

    private async Task RunBackAsync()
    {
        do
        {
            await Back.SampleRequestsAsync();
            while (Back.AvailableRequests > 0)
            {
                await TakeAsync();
            }

            // Now and then some are kept back, and answered later in another order.
            while (held.Count > 0 && (random.Next(4) > 0 || !await Back.FinalCheckForRequestsAsync()))
            {
                var (id, entries) = held[random.Next(held.Count)];
                held.Remove((id, entries));
                byte[] response = new byte[Math.Min(8, entry.Length)];
                BinaryPrimitives.WriteUInt32LittleEndian(response, id);
                Back.PutResponse(response, entries);
            }

            isFrontNotified |= await Back.PushResponsesAsync();
        }
        while (Back.IsUsable && (held.Count > 0 || await Back.FinalCheckForRequestsAsync()));
    }

    private async Task TakeAsync()
    {
        if (!await Back.ReadRequestAsync(entry))
        {
            return;
        }

        uint id = BinaryPrimitives.ReadUInt32LittleEndian(entry);
        int entries = entry[^1];
        Assert.Equal((byte)id, entry[^2]);
        Assert.True(Back.HoldsRequest(entries), Back.Fault.ToString());
        byte[] rest = new byte[(entries - 1) * entry.Length];
        if (rest.Length > 0 && !await Back.ReadRequestAsync(rest, skip: 1))
        {
            return;
        }

        for (int i = 1; i < entries; i++)
        {
            Assert.Equal(((byte)id, (byte)(100 + i)), (rest[(i * entry.Length) - 2], rest[(i * entry.Length) - 1]));
        }

        Assert.True(Back.ConsumeRequest(entries));
        held.Add((id, entries));
    }
}
