using System.Text;
using Conformance.Model.Protocol.XenStore;
using Conformance.Model.Store;
using Conformance.Reference.XenStore.Engine;

namespace Conformance.Tests.Fuzz.Store.Oracle;

/// <summary>
/// Several clients of one engine at the same time: each sends a request, the store serves it some time later, and the client
/// reads what was sent to it later still. What all of them saw is a history.
/// </summary>
internal sealed class ConcurrentRun
{
    private const int Clients = 3;

    private static readonly string[] Paths = ["/a", "/a/b", "/a/b/c", "/d"];

    private readonly Random _random;
    private readonly StoreFlaw _flaw;
    private readonly StoreEngine _engine = new(new StoreSettings(), new ScriptHost());
    private readonly List<Client> _clients = [];
    private readonly List<StoreOperation> _operations = [];
    private readonly List<StoreDelivery> _deliveries = [];
    private readonly Dictionary<string, string> _firstReads = [];
    private long _clock;

    public ConcurrentRun(int seed, StoreFlaw flaw)
    {
        _random = new Random(seed);
        _flaw = flaw;
        for (int number = 1; number <= Clients; number++)
        {
            _clients.Add(new Client(number, _engine.Connect()));
        }
    }

    /// <summary>Runs so many requests to their end.</summary>
    public StoreHistory Run(int requests)
    {
        for (int sent = 0; sent < requests || _clients.Exists(client => client.Asked is not null);)
        {
            _clock++;
            var client = _clients[_random.Next(Clients)];
            if (client.Asked is null)
            {
                sent += sent < requests ? Send(client) : 0;
            }
            else if (!client.IsServed)
            {
                Serve(client);
            }
            else
            {
                Receive(client);
            }
        }

        _clients.ForEach(client =>
        {
            _clock++;
            Receive(client);
        });
        return new StoreHistory(_operations, _deliveries, IsSettled: true);
    }

    private int Send(Client client)
    {
        client.Asked = Request(client);
        client.Invoked = _clock;
        client.IsServed = false;
        return 1;
    }

    private StoreRequest Request(Client client)
    {
        string path = Paths[_random.Next(Paths.Length)];
        uint transaction = client.Transaction;
        return _random.Next(16) switch
        {
            0 or 1 or 2 => new(StoreVerb.Read, path, "", transaction),
            3 => new(StoreVerb.Directory, path, "", transaction),
            4 or 5 or 6 or 7 => new(StoreVerb.Write, path, $"{_clock}", transaction),
            8 => new(StoreVerb.Mkdir, path, "", transaction),
            9 => new(StoreVerb.Rm, path, "", transaction),
            10 => new(StoreVerb.Watch, path, "t"),
            11 => new(StoreVerb.Unwatch, path, "t"),
            12 when transaction != 0 => new(StoreVerb.Abort, Transaction: transaction),
            _ => transaction == 0 ? new(StoreVerb.Start) : new(StoreVerb.Commit, Transaction: transaction),
        };
    }

    private void Serve(Client client)
    {
        var (type, payload) = Encode(client.Asked!);
        byte[] bytes = Encoding.ASCII.GetBytes(payload);
        _engine.Process(client.Connection, new XsHeader(type, 1, client.Asked!.Transaction, (uint)bytes.Length), bytes);
        client.IsServed = true;
    }

    private void Receive(Client client)
    {
        foreach (var (header, payload) in Frames(client.Connection))
        {
            if (header.Type == XsMessageType.WatchEvent)
            {
                var strings = payload.Split('\0');
                if (_flaw != StoreFlaw.LosesEvents || _random.Next(4) > 0)
                {
                    _deliveries.Add(new StoreDelivery(client.Number, strings[0], strings[1], _clock));
                }

                continue;
            }

            var request = client.Asked!;
            var reply = Spoil(request, Decode(request, header.Type, payload));
            _operations.Add(new StoreOperation(client.Number, request, reply, client.Invoked, _clock));
            client.Asked = null;
            client.Transaction = request.Verb == StoreVerb.Start && reply.Error == XsError.None ? uint.Parse(reply.Text, System.Globalization.CultureInfo.InvariantCulture)
                : request.Verb is StoreVerb.Commit or StoreVerb.Abort ? 0 : client.Transaction;
        }
    }

    private StoreReply Spoil(StoreRequest request, StoreReply reply)
    {
        switch (_flaw)
        {
            case StoreFlaw.HidesConflicts when reply.Error == XsError.EAGAIN:
                return StoreReply.Ok;
            case StoreFlaw.FailsForNothing when request.Verb == StoreVerb.Commit && reply.Error == XsError.None:
                return new StoreReply(XsError.EAGAIN);
            case StoreFlaw.ReadsStale when request.Verb == StoreVerb.Read && reply.Error == XsError.None:
                return reply with { Text = _firstReads.TryAdd(request.Path, reply.Text) ? reply.Text : _firstReads[request.Path] };
            default:
                return reply;
        }
    }

    private static (XsMessageType Type, string Payload) Encode(StoreRequest request) => request.Verb switch
    {
        StoreVerb.Read => (XsMessageType.Read, request.Path + "\0"),
        StoreVerb.Directory => (XsMessageType.Directory, request.Path + "\0"),
        StoreVerb.Write => (XsMessageType.Write, request.Path + "\0" + request.Text),
        StoreVerb.Mkdir => (XsMessageType.Mkdir, request.Path + "\0"),
        StoreVerb.Rm => (XsMessageType.Rm, request.Path + "\0"),
        StoreVerb.Start => (XsMessageType.TransactionStart, "\0"),
        StoreVerb.Commit => (XsMessageType.TransactionEnd, "T\0"),
        StoreVerb.Abort => (XsMessageType.TransactionEnd, "F\0"),
        StoreVerb.Watch => (XsMessageType.Watch, request.Path + "\0" + request.Text + "\0"),
        _ => (XsMessageType.Unwatch, request.Path + "\0" + request.Text + "\0"),
    };

    private static StoreReply Decode(StoreRequest request, XsMessageType type, string payload)
    {
        if (type == XsMessageType.Error)
        {
            return new StoreReply(Enum.Parse<XsError>(payload.TrimEnd('\0')));
        }

        return request.Verb switch
        {
            StoreVerb.Read => new StoreReply(XsError.None, payload),
            StoreVerb.Start => new StoreReply(XsError.None, payload.TrimEnd('\0')),
            StoreVerb.Directory => new StoreReply(XsError.None, string.Join(' ', payload.Split('\0', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal))),
            _ => StoreReply.Ok,
        };
    }

    private static List<(XsHeader Header, string Payload)> Frames(StoreConnection connection)
    {
        var bytes = new List<byte>();
        while (connection.HasOutput)
        {
            bytes.AddRange(connection.PeekOutput().Span);
            connection.ConsumeOutput(connection.PeekOutput().Length);
        }

        var frames = new List<(XsHeader, string)>();
        byte[] all = [.. bytes];
        for (int at = 0; at < all.Length;)
        {
            var header = XsHeader.Read(all.AsSpan(at));
            frames.Add((header, Encoding.ASCII.GetString(all, at + XsHeader.Size, (int)header.Length)));
            at += XsHeader.Size + (int)header.Length;
        }

        return frames;
    }

    private sealed class Client(int number, StoreConnection connection)
    {
        public int Number => number;

        public StoreConnection Connection => connection;

        public StoreRequest? Asked { get; set; }

        public long Invoked { get; set; }

        public bool IsServed { get; set; }

        public uint Transaction { get; set; }
    }
}
