using System.Text;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Block.Negotiation;
using Conformance.Reference.XenBus;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Reference.Block.Back;

/// <summary>
/// Reads what the front decided (B7), all of it in one transaction, so that it belongs together (NG-020). Nothing is kept
/// from an earlier connection: an absent node means the legacy default (BB-048).
/// </summary>
internal static class BackNegotiation
{
    /// <summary>Reads the front's directory.</summary>
    /// <param name="store">The back's store.</param>
    /// <param name="front">The front's directory.</param>
    /// <param name="settings">What the back offered.</param>
    /// <exception cref="DeviceFailure">A node that is needed is absent or wrong, or asks for more than was offered (NG-009, NG-010).</exception>
    public static ValueTask<ConnectionTerms> ReadAsync(IStoreClient store, string front, BackSettings settings) =>
        store.InTransactionAsync(transaction => new Reader(store, front, settings, transaction).ReadAsync());

    private sealed class Reader(IStoreClient store, string front, BackSettings settings, StoreTransaction transaction)
    {
        public async ValueTask<ConnectionTerms> ReadAsync()
        {
            var abi = await ReadAbiAsync();
            var limits = settings.Limits is { } own ? await ReadLimitsAsync(own) : RequestLimits.Legacy;
            (int pages, var naming) = await ReadRingSizeAsync();
            bool isPersistent = settings.OffersPersistent && (await NumberAsync(BlockNodes.FeaturePersistent)).IsEnabled;
            int count = await ReadQueueCountAsync();
            var queues = new List<QueueTerms>(count);
            for (int i = 0; i < count; i++)
            {
                string directory = count == 1 ? front : $"{front}/{BlockNodes.QueuePrefix}{i}";
                queues.Add(await ReadQueueAsync(directory, pages, naming));
            }

            return new ConnectionTerms(abi, limits with { RingPages = (uint)pages }, isPersistent, queues);
        }

        /// <summary>Absent means native; a name that is not known is fatal (NG-021, NG-022).</summary>
        private async ValueTask<BlkifAbi> ReadAbiAsync() => await FindAsync(BlockNodes.Protocol) switch
        {
            null => BlkifAbiName.Native,
            var name when BlkifAbiName.TryParse(name, out var abi) => abi,
            var name => throw Wrong(BlockNodes.Protocol, "the name of an ABI", name),
        };

        private async ValueTask<RequestLimits> ReadLimitsAsync(RequestLimits own)
        {
            var published = new PublishedLimits(
                await NumberAsync(BlockNodes.RingPages),
                await NumberAsync(BlockNodes.MaxRequests),
                await NumberAsync(BlockNodes.MaxRequestSegments),
                await NumberAsync(BlockNodes.MaxRequestSize));
            Refuse(published.DecideAtBack(in own, out var effective));
            return effective;
        }

        /// <summary>A back that knows one page alone does not look at the nodes of larger rings (NG-046, NG-048).</summary>
        private async ValueTask<(int Pages, RingRefNaming Naming)> ReadRingSizeAsync()
        {
            if (!settings.KnowsLargeRings)
            {
                return (1, RingRefNaming.Single);
            }

            var published = new PublishedRing(
                await NumberAsync(BlockNodes.RingPageOrder),
                await NumberAsync(BlockNodes.NumRingPages),
                await NumberAsync(BlockNodes.RingPages));
            Refuse(published.Decide(settings.RingPagesMax, out int pages, out var naming));
            return (pages, naming);
        }

        private async ValueTask<int> ReadQueueCountAsync()
        {
            if (settings.QueuesMax == 1)
            {
                return 1;
            }

            Refuse(QueueCount.AtBack(await NumberAsync(BlockNodes.MultiQueueNumQueues), settings.QueuesMax, out int count));
            return count;
        }

        private async ValueTask<QueueTerms> ReadQueueAsync(string directory, int pages, RingRefNaming naming)
        {
            var references = new GrantRef[pages];
            for (int page = 0; page < pages; page++)
            {
                references[page] = await ReadRingRefAsync(directory, page, naming);
            }

            string node = $"{directory}/{BlockNodes.EventChannel}";
            var text = await store.FindAsync(node, transaction);
            return text is not null && PortNumber.TryParse(text, out var port)
                ? new QueueTerms(directory, references, port)
                : throw Wrong(node, "a port", text);
        }

        private async ValueTask<GrantRef> ReadRingRefAsync(string directory, int page, RingRefNaming naming)
        {
            string node = $"{directory}/{NameOf(page, naming)}";
            var text = await store.FindAsync(node, transaction);
            if (text is null && naming == RingRefNaming.NumberedOrSingle)
            {
                node = $"{directory}/{NameOf(page, RingRefNaming.Single)}";
                text = await store.FindAsync(node, transaction);
            }

            return text is not null && GrantRef.TryParse(text, out var reference)
                ? reference
                : throw Wrong(node, "a grant reference", text);
        }

        private async ValueTask<NodeNumber> NumberAsync(string name) =>
            await FindAsync(name) is { } text ? NodeNumber.Read(text) : NodeNumber.Absent;

        private ValueTask<byte[]?> FindAsync(string name) => store.FindAsync($"{front}/{name}", transaction);

        private static string NameOf(int page, RingRefNaming naming)
        {
            Span<byte> name = stackalloc byte[RingRefName.LengthMax];
            return Encoding.ASCII.GetString(name[..RingRefName.Write(naming, page, name)]);
        }

        private void Refuse(NegotiationFault fault)
        {
            if (fault.IsFault)
            {
                throw new DeviceFailure(Errno.EINVAL, $"{front}: {fault}");
            }
        }

        private static DeviceFailure Wrong(string node, string expected, byte[]? found) => new(
            found is null ? Errno.ENOENT : Errno.EINVAL,
            $"expected {node} to be {expected}, got {(found is null ? "nothing" : $"'{Printable(found)}'")}");

        /// <summary>The peer's bytes as they may stand in an error node.</summary>
        private static string Printable(byte[] text) =>
            string.Concat(text.Take(32).Select(letter => letter is >= 0x20 and < 0x7F ? (char)letter : '.'));
    }
}
