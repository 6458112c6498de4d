using Conformance.Model.Protocol;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>All domains that the store has a record of; domain 0 always.</summary>
internal sealed class DomainTable
{
    private readonly SortedDictionary<ushort, DomainRecord> _records = [];
    private readonly IStoreHost _host;
    [NotState]
    private DomainRecord _last;

    public DomainTable(IStoreHost host)
    {
        _host = host;
        Control = new DomainRecord(DomainId.Zero, 0, StoreQuotas);
        _records.Add(0, Control);
        _last = Control;
    }

    public QuotaTable StoreQuotas { get; } = new();

    public DomainRecord Control { get; }

    /// <summary>By number, so that every walk has one order.</summary>
    public IEnumerable<DomainRecord> All => _records.Values;

    /// <summary>The record of a domain that owns something.</summary>
    /// <exception cref="InvalidOperationException">There is none: the tree names a domain that the store forgot.</exception>
    public DomainRecord Get(DomainId id)
    {
        if (_last.Id != id)
        {
            _last = Find(id) ?? throw new InvalidOperationException($"A node is owned by domain {id}, of which the store has no record.");
        }

        return _last;
    }

    public DomainRecord? Find(DomainId id) => _records.GetValueOrDefault(id.Value);

    /// <summary>The record of a domain that exists, made when it is first spoken of; null when there is no such domain.</summary>
    public DomainRecord? FindOrAdd(DomainId id)
    {
        if (Find(id) is { } known)
        {
            return known;
        }

        var report = _host.Query(id);
        if (report.Life is DomainLife.Absent or DomainLife.Dying)
        {
            return null;
        }

        var record = new DomainRecord(id, report.Incarnation, StoreQuotas);
        _records.Add(id.Value, record);
        return record;
    }

    public void Remove(DomainRecord record)
    {
        foreach (var other in _records.Values)
        {
            if (other.Target == record)
            {
                other.Target = null;
            }
        }

        _records.Remove(record.Id.Value);
        if (_last == record)
        {
            _last = Control;
        }
    }
}
