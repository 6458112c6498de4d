using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Conformance.Adapters.SoftwareXen;

/// <summary>One connection of a preloaded program: calls come in one at a time and are answered in order.</summary>
internal sealed class ProgramConnection(SoftwareHypervisor hypervisor, ProgramServer server, Socket socket)
{
    private readonly Dictionary<long, SoftwareDomain> mappings = [];
    private EventHandle? handle;
    private long lastMapping;

    /// <summary>Answers calls until the program ends or breaks the protocol.</summary>
    public async Task ServeAsync(CancellationToken cancellation)
    {
        try
        {
            using NetworkStream stream = new(socket, ownsSocket: true);
            byte[] head = new byte[Call.Size];
            while (true)
            {
                await stream.ReadExactlyAsync(head, cancellation);
                Call call = MemoryMarshal.Read<Call>(head);
                if (call.Length > Call.PayloadMax)
                {
                    return;
                }

                byte[] payload = call.Length == 0 ? [] : new byte[call.Length];
                await stream.ReadExactlyAsync(payload, cancellation);
                socket.Send(Handle(call, payload).ToBytes());
            }
        }
        catch (Exception end) when (end is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The program ended, or the hypervisor does.
        }
        finally
        {
            End();
        }
    }

    /// <summary>Records that this program maps a page of a domain.</summary>
    public long AddMapping(SoftwareDomain domain)
    {
        mappings[++lastMapping] = domain;
        return lastMapping;
    }

    private Answer Handle(in Call call, byte[] payload) => call.Operation switch
    {
        Operation.Hello => call.A == Call.Version ? Answer.Ok() : Answer.Fail(UnixError.EPROTO),
        Operation.Listening => Listening(payload),
        Operation.DomainInfo => hypervisor.DomainInfo(call.A),
        Operation.MapFrame => hypervisor.Map(this, call.A, call.B, byGrant: false),
        Operation.MapGrant => hypervisor.Map(this, call.A, call.B, byGrant: true),
        Operation.Unmap => Unmap((long)call.A),
        Operation.EventsOpen => OpenEvents(),
        Operation.BindInterdomain => OnHandle(call, (handle, call) => hypervisor.Events.BindInterdomain(handle, call.B, call.C)),
        Operation.BindVirq => OnHandle(call, (handle, call) => hypervisor.Events.BindVirq(handle, call.B)),
        Operation.Unbind => OnHandle(call, (handle, call) => hypervisor.Events.Unbind(handle, call.B)),
        Operation.Notify => OnHandle(call, (handle, call) => hypervisor.Events.Notify(handle, call.B)),
        Operation.Unmask => OnHandle(call, (handle, call) => hypervisor.Events.Unmask(handle, call.B)),
        _ => Answer.Fail(UnixError.ENOSYS),
    };

    private Answer Listening(byte[] payload)
    {
        server.Listening(Encoding.UTF8.GetString(payload));
        return Answer.Ok();
    }

    private Answer Unmap(long mapping)
    {
        if (!mappings.Remove(mapping, out SoftwareDomain? domain))
        {
            return Answer.Fail(UnixError.EINVAL);
        }

        hypervisor.Unmapped(domain);
        return Answer.Ok();
    }

    private Answer OpenEvents()
    {
        if (handle is not null)
        {
            return Answer.Fail(UnixError.EEXIST);
        }

        handle = server.OpenHandle(socket);
        return Answer.Ok(handle.Number);
    }

    private Answer OnHandle(in Call call, Func<EventHandle, Call, Answer> action) =>
        server.Handles.TryGetValue((long)call.A, out EventHandle? handle)
            ? action(handle, call)
            : Answer.Fail(UnixError.ENOENT);

    private void End()
    {
        if (handle is not null)
        {
            server.Handles.TryRemove(handle.Number, out _);
            hypervisor.Events.Close(handle);
        }

        foreach (SoftwareDomain domain in mappings.Values)
        {
            hypervisor.Unmapped(domain);
        }

        mappings.Clear();
    }
}
