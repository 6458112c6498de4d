using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Wire;
using Conformance.Tests.Fuzz.Machinery;

namespace Conformance.Tests.Fuzz.Client;

/// <summary>
/// A transport to a store that does as its plan says. Every request is answered in some way or the stream ends, and it
/// ends with the plan: a client that still waits then hangs through its own fault.
/// </summary>
internal sealed class HostileStore(HostilePlan plan) : IStoreTransport
{
    private readonly Random _random = new(plan.Seed);
    private readonly Channel<byte[]> _toClient = Channel.CreateUnbounded<byte[]>();
    private readonly MessageBuffer _written = new(64 * 1024);
    private ReadOnlyMemory<byte> _rest;
    private string _watch = "/w\0" + "1\0";
    private int _requests;
    private bool _breaks;

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        while (_rest.IsEmpty)
        {
            if (!await _toClient.Reader.WaitToReadAsync(cancellation))
            {
                return _breaks ? throw new IOException("the stream broke") : 0;
            }

            _rest = await _toClient.Reader.ReadAsync(cancellation);
        }

        int count = Math.Min(Math.Min(plan.Piece, buffer.Length), _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        bytes.CopyTo(_written.Free);
        _written.Filled(bytes.Length);
        while (_written.TryTake(out var header, out var payload) == MessageStatus.Whole)
        {
            Treat(header, Encoding.Latin1.GetString(payload));
        }

        return default;
    }

    public ValueTask DisposeAsync()
    {
        End();
        return default;
    }

    private void Treat(XsHeader request, string payload)
    {
        if (request.Type == XsMessageType.Watch)
        {
            _watch = payload;
        }

        if (_requests >= plan.Treatments.Count)
        {
            End();
            return;
        }

        string fitting = HostilePlan.Fitting(request.Type, _random);
        switch (plan.Treatments[_requests++])
        {
            case Treatment.Answer:
                Send(request, fitting);
                break;
            case Treatment.Fail:
                Send(request with { Type = XsMessageType.Error }, _random.Pick("ENOENT\0", "EAGAIN\0", "E2BIG\0", "EACCES\0", "ENOSYS\0", "ENOTHING\0", "", "EINVAL", "\0\0", "OK\0"));
                break;
            case Treatment.Nonsense:
                Send(request, _random.Pick("", "\0", "\0\0", "OK", "-1\0", "0\0", "99999999999999999999\0", "n\0", "x5\0", "a\0b", "1\0", new string('\0', 4096), new string('v', 4096)));
                break;
            case Treatment.OtherType:
                Send(request with { Type = (XsMessageType)_random.Pick(0, 1, 2, 6, 11, 20, 99, -1) }, fitting);
                break;
            case Treatment.Strays:
                Send(request with { RequestId = request.RequestId + 1 }, fitting);
                Send(request with { RequestId = 0 }, fitting);
                Send(request with { TransactionId = request.TransactionId + 1 }, fitting);
                Send(request, fitting);
                break;
            case Treatment.Twice:
                Send(request, fitting);
                Send(request, fitting);
                break;
            case Treatment.Events:
                SendEvents();
                Send(request, fitting);
                break;
            default:
                Finish(plan.Treatments[_requests - 1], request);
                break;
        }
    }

    private void SendEvents()
    {
        string token = _watch.Split('\0') is [_, var known, ..] ? known : "1";
        for (int i = 0; i < _random.Pick(1, 5, 300); i++)
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"/w/{i}");
            Send(
                new XsHeader(XsMessageType.WatchEvent, _random.Pick(0u, 1u), 0, 0),
                _random.Pick($"{path}\0{token}\0", $"{path}\0{token}\0", $"{path}\0{token}", path, "", "\0", "\0\0", "\0\0\0", $"{path}\0other\0", $"{path}\0{token}\0x\0"));
        }
    }

    /// <summary>Does what the stream does not survive.</summary>
    private void Finish(Treatment treatment, XsHeader request)
    {
        var header = new byte[XsHeader.Size];
        (request with { Length = treatment == Treatment.Oversized ? (uint)_random.Pick(4097, int.MaxValue, -1) : 100 }).Write(header);
        if (treatment == Treatment.Noise)
        {
            _random.NextBytes(header);
        }

        _breaks = treatment == Treatment.Break;
        _toClient.Writer.TryWrite(treatment == Treatment.Truncated ? header[.._random.Next(1, 16)] : header);
        if (treatment == Treatment.Oversized)
        {
            // The client has to end by itself; what follows would be a lot.
            _toClient.Writer.TryWrite(new byte[64 * 1024]);
        }

        End();
    }

    private void Send(XsHeader header, string payload)
    {
        var bytes = new byte[XsHeader.Size + payload.Length];
        (header with { Length = (uint)payload.Length }).Write(bytes);
        Encoding.Latin1.GetBytes(payload, bytes.AsSpan(XsHeader.Size));
        _toClient.Writer.TryWrite(bytes);
    }

    private void End() => _toClient.Writer.TryComplete();
}
