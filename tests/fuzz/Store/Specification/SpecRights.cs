namespace Conformance.Tests.Fuzz.Store.Specification;

/// <summary>One entry of a permission list; a void one named nobody when it was set, and grants nothing (XS-061).</summary>
internal sealed record SpecEntry(char Letter, int Domain, bool IsVoid = false)
{
    public bool Reads => Letter is 'r' or 'b';

    public bool Writes => Letter is 'w' or 'b';
}

/// <summary>A node's permissions (XS-055): the owner's entry first.</summary>
internal sealed record SpecRights(IReadOnlyList<SpecEntry> Entries)
{
    public int Owner => Entries[0].Domain;

    public string Text => string.Concat(Entries.Select(entry => $"{entry.Letter}{entry.Domain}\0"));

    public bool Names(int domain) => Entries.Any(entry => entry.Domain == domain);

    public bool IsOwnedBy(SpecClient client) =>
        client.Domain.Id == 0 || Owner == client.Domain.Id || Owner == client.Domain.Target?.Id;

    public bool LetRead(SpecClient client) => Grants(client, entry => entry.Reads);

    public bool LetWrite(SpecClient client) => Grants(client, entry => entry.Writes);

    public SpecRights OwnedBy(int domain) => new([Entries[0] with { Domain = domain }, .. Entries.Skip(1)]);

    /// <summary>Without a dead domain (XS-060).</summary>
    public SpecRights Without(int domain) => new(
        [Owner == domain ? new SpecEntry('n', 0) : Entries[0], .. Entries.Skip(1).Where(entry => entry.Domain != domain)]);

    private bool Grants(SpecClient client, Func<SpecEntry, bool> grants)
    {
        if (IsOwnedBy(client))
        {
            return true;
        }

        var own = Entry(client.Domain.Id);
        var inherited = client.Domain.Target is { } target ? Entry(target.Id) : null;
        return own is null && inherited is null
            ? grants(Entries[0])
            : (own is not null && grants(own)) || (inherited is not null && grants(inherited));
    }

    private SpecEntry? Entry(int domain) => Entries.Skip(1).FirstOrDefault(entry => entry.Domain == domain && !entry.IsVoid);
}
