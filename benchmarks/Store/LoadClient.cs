using System.Net.Sockets;
using System.Text;
using Conformance.Model.Protocol.XenStore;

namespace Conformance.Benchmarks.Store;

/// <summary>
/// A blocking client that costs as little as it can, so that what is measured is the daemon: one send for a batch of
/// requests, replies taken as they come, events counted and thrown away.
/// </summary>
internal sealed class LoadClient : IDisposable
{
    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly byte[] input = new byte[256 * 1024];
    private byte[] output = new byte[4096];
    private int filled;
    private int start;
    private int end;
    private int batched;

    public LoadClient(string path) => socket.Connect(new UnixDomainSocketEndPoint(path));

    /// <summary>Watch events taken so far.</summary>
    public long Events { get; private set; }

    /// <summary>Adds one request to the batch.</summary>
    public void Add(XsMessageType type, ReadOnlySpan<byte> payload, uint transaction = 0)
    {
        int size = XsHeader.Size + payload.Length;
        if (output.Length - filled < size)
        {
            Array.Resize(ref output, Math.Max(output.Length * 2, filled + size));
        }

        new XsHeader(type, 0, transaction, (uint)payload.Length).Write(output.AsSpan(filled));
        payload.CopyTo(output.AsSpan(filled + XsHeader.Size));
        filled += size;
        batched++;
    }

    /// <summary>Sends the batch in one go and takes all its replies.</summary>
    /// <exception cref="InvalidOperationException">A request failed: the workload would not measure what it says.</exception>
    public void Flush()
    {
        Send();
        for (; batched > 0; batched--)
        {
            _ = TakeReply();
        }
    }

    /// <summary>One request and its reply; nothing may be batched.</summary>
    public ReadOnlySpan<byte> Request(XsMessageType type, ReadOnlySpan<byte> payload, uint transaction = 0)
    {
        Add(type, payload, transaction);
        Send();
        batched--;
        return TakeReply();
    }

    /// <summary>Waits until that many events have come in all.</summary>
    public void AwaitEvents(long total)
    {
        while (Events < total)
        {
            if (Take(out _).Type != XsMessageType.WatchEvent)
            {
                throw new InvalidOperationException("expected a watch event, a reply came");
            }

            Events++;
        }
    }

    public void Dispose() => socket.Dispose();

    private void Send()
    {
        for (int sent = 0; sent < filled;)
        {
            sent += socket.Send(output.AsSpan(sent, filled - sent));
        }

        filled = 0;
    }

    private ReadOnlySpan<byte> TakeReply()
    {
        while (true)
        {
            var header = Take(out var payload);
            if (header.Type == XsMessageType.WatchEvent)
            {
                Events++;
                continue;
            }

            return header.Type != XsMessageType.Error
                ? payload
                : throw new InvalidOperationException($"a request of the workload failed: {Encoding.ASCII.GetString(payload)}");
        }
    }

    private XsHeader Take(out ReadOnlySpan<byte> payload)
    {
        Need(XsHeader.Size);
        var header = XsHeader.Read(input.AsSpan(start));
        Need(XsHeader.Size + (int)header.Length);
        payload = input.AsSpan(start + XsHeader.Size, (int)header.Length);
        start += XsHeader.Size + (int)header.Length;
        return header;
    }

    private void Need(int bytes)
    {
        while (end - start < bytes)
        {
            if (start == end)
            {
                start = end = 0;
            }
            else if (input.Length - start < bytes)
            {
                input.AsSpan(start, end - start).CopyTo(input);
                end -= start;
                start = 0;
            }

            int got = socket.Receive(input.AsSpan(end));
            end += got > 0 ? got : throw new InvalidOperationException("the daemon closed the connection");
        }
    }
}
