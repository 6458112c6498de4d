using System.Globalization;
using System.Text;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>GET_FEATURE, SET_FEATURE, GET_QUOTA and SET_QUOTA.</summary>
internal sealed class FeatureRequests(StoreSettings settings, DomainTable domains, DomainLifecycle lifecycle)
{
    private const XsServerFeatures Known = XsServerFeatures.Reconnection | XsServerFeatures.Error | XsServerFeatures.WatchDepth;

    public XsError GetFeature(in Request request)
    {
        var features = request.Caller.Features;
        if (request.Payload is not ([] or [0]))
        {
            if (!request.Caller.IsPrivileged)
            {
                return XsError.EACCES;
            }

            if (!PayloadReader.TrySingle(request.Payload, out var number) || !DomainId.TryParse(number, out var id))
            {
                return XsError.EINVAL;
            }

            if (lifecycle.LookUp(id) is not { } record)
            {
                return XsError.ENOENT;
            }

            features = record.Features ?? settings.Features;
        }

        return request.ReplyText(((uint)features).ToString(CultureInfo.InvariantCulture));
    }

    public XsError SetFeature(in Request request)
    {
        var reader = new PayloadReader(request.Payload);
        if (!reader.TryNext(out var number) || !PayloadReader.TrySingle(reader.Rest, out var value)
            || !DomainId.TryParse(number, out var id) || !XsNumber.TryParse(value, uint.MaxValue, out ulong bits))
        {
            return XsError.EINVAL;
        }

        if (lifecycle.LookUp(id) is not { } record)
        {
            return XsError.ENOENT;
        }

        if (record.IsPrivileged || record.Guest is not null)
        {
            return XsError.EBUSY;
        }

        var features = (XsServerFeatures)bits;
        if ((features & ~Known) != 0)
        {
            return XsError.EINVAL;
        }

        record.Features = features;
        return request.ReplyOk();
    }

    public XsError GetQuota(in Request request)
    {
        if (request.Payload is [] or [0])
        {
            return request.ReplyText(string.Join(' ', Enum.GetValues<Quota>().Select(QuotaTable.NameOf)));
        }

        var error = Parse(request.Payload, hasValue: false, out var table, out var quota, out _);
        return error == XsError.None ? request.ReplyText(table[quota].ToString(CultureInfo.InvariantCulture)) : error;
    }

    public XsError SetQuota(in Request request)
    {
        var error = Parse(request.Payload, hasValue: true, out var table, out var quota, out uint value);
        if (error != XsError.None)
        {
            return error;
        }

        table[quota] = value;
        return request.ReplyOk();
    }

    /// <summary>An optional domain, a quota, and a value if one belongs there; each with its NUL.</summary>
    private XsError Parse(ReadOnlySpan<byte> payload, bool hasValue, out QuotaTable table, out Quota quota, out uint value)
    {
        table = domains.StoreQuotas;
        quota = default;
        value = 0;
        var reader = new PayloadReader(payload);
        int required = hasValue ? 2 : 1;
        int count = payload.Count((byte)0);
        if (payload[^1] != 0 || count < required || count > required + 1)
        {
            return XsError.EINVAL;
        }

        if (count > required)
        {
            _ = reader.TryNext(out var number);
            if (!DomainId.TryParse(number, out var id))
            {
                return XsError.EINVAL;
            }

            if (lifecycle.LookUp(id) is not { } record)
            {
                return XsError.ENOENT;
            }

            table = record.Quotas;
        }

        _ = reader.TryNext(out var name);
        ulong parsed = 0;
        if (!QuotaTable.TryFind(Encoding.Latin1.GetString(name), out quota)
            || (hasValue && (!reader.TryNext(out var text) || !XsNumber.TryParse(text, uint.MaxValue, out parsed))))
        {
            return XsError.EINVAL;
        }

        value = (uint)parsed;
        return XsError.None;
    }
}
