using System.Globalization;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>INTRODUCE, RELEASE, RESUME, SET_TARGET, IS_DOMAIN_INTRODUCED and GET_DOMAIN_PATH.</summary>
internal sealed class DomainRequests(StoreEngine engine, DomainTable domains, DomainLifecycle lifecycle)
{
    public XsError Introduce(in Request request)
    {
        var reader = new PayloadReader(request.Payload);
        if (!reader.TryNext(out var number) || !reader.TryNext(out var frameText) || !reader.TryNext(out var portText)
            || !TryGuest(number, out var id) || !TryFrame(frameText, out ulong frame)
            || !XsNumber.TryParse(portText, uint.MaxValue, out ulong port) || port == 0)
        {
            return XsError.EINVAL;
        }

        if (lifecycle.LookUp(id) is not { } record)
        {
            return XsError.ENOENT;
        }

        bool isNew = record.Guest is null;
        var guest = record.Guest ?? engine.NewGuest(record);
        if (!engine.Host.AttachRing(guest, frame, (uint)port))
        {
            return XsError.EINVAL;
        }

        if (isNew)
        {
            engine.AddGuest(record, guest);
            lifecycle.Introduced(record);
        }
        else
        {
            engine.Restart(guest);
        }

        return request.ReplyOk();
    }

    public XsError Release(in Request request)
    {
        var error = FindIntroduced(request, out var record);
        if (error != XsError.None)
        {
            return error;
        }

        lifecycle.Destroy(record);
        return request.ReplyOk();
    }

    public XsError Resume(in Request request)
    {
        var error = FindIntroduced(request, out var record);
        if (error != XsError.None)
        {
            return error;
        }

        record.IsShutdownTold = false;
        return request.ReplyOk();
    }

    public XsError SetTarget(in Request request)
    {
        var reader = new PayloadReader(request.Payload);
        if (!reader.TryNext(out var first) || !PayloadReader.TrySingle(reader.Rest, out var second)
            || !TryGuest(first, out var id) || !TryGuest(second, out var targetId))
        {
            return XsError.EINVAL;
        }

        if (domains.Find(id) is not { Guest: not null } record || domains.Find(targetId) is not { Guest: not null } target)
        {
            return XsError.ENOENT;
        }

        record.Target = target;
        return request.ReplyOk();
    }

    public XsError IsIntroduced(in Request request)
    {
        if (!PayloadReader.TrySingle(request.Payload, out var number) || !DomainId.TryParse(number, out var id))
        {
            return XsError.EINVAL;
        }

        bool isIntroduced = id == DomainId.Zero || domains.Find(id) is { Guest: not null };
        return request.Reply(isIntroduced ? "T\0"u8 : "F\0"u8);
    }

    public static XsError GetPath(in Request request) =>
        PayloadReader.TrySingle(request.Payload, out var number) && DomainId.TryParse(number, out var id)
            ? request.ReplyText(string.Create(CultureInfo.InvariantCulture, $"/local/domain/{id.Value}"))
            : XsError.EINVAL;

    private static bool TryGuest(ReadOnlySpan<byte> number, out DomainId id) =>
        DomainId.TryParse(number, out id) && id != DomainId.Zero;

    /// <summary>A frame is written in signed decimal (xenstore.txt, INTRODUCE).</summary>
    private static bool TryFrame(ReadOnlySpan<byte> text, out ulong frame)
    {
        bool isNegative = text.StartsWith("-"u8);
        bool isNumber = XsNumber.TryParse(text[(isNegative ? 1 : 0)..], isNegative ? 1UL << 63 : ulong.MaxValue, out frame);
        frame = isNegative ? 0 - frame : frame;
        return isNumber;
    }

    private XsError FindIntroduced(in Request request, out DomainRecord record)
    {
        record = domains.Control;
        if (!PayloadReader.TrySingle(request.Payload, out var number) || !TryGuest(number, out var id))
        {
            return XsError.EINVAL;
        }

        if (domains.Find(id) is not { Guest: not null } found)
        {
            return XsError.ENOENT;
        }

        record = found;
        return XsError.None;
    }
}
