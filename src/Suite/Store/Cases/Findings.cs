namespace Conformance.Suite.Store.Cases;

/// <summary>Collects what is wrong in a case that asks the same of many things, so that one verdict names all of them.</summary>
internal sealed class Findings(StoreContext context)
{
    private const int Told = 8;
    private readonly List<string> wrong = [];
    private int asked;

    /// <summary>Asks one thing.</summary>
    /// <param name="holds">Whether it is as it must be.</param>
    /// <param name="came">What was asked and what came, in a few words.</param>
    public void Check(bool holds, string came)
    {
        asked++;
        if (!holds)
        {
            wrong.Add(came);
        }
    }

    /// <summary>Fails the case for its main clause when anything was wrong.</summary>
    public void Conclude(string expected)
    {
        if (asked == 0)
        {
            throw new InvalidOperationException("a case concluded without having asked anything");
        }

        string more = wrong.Count > Told ? $"; and {wrong.Count - Told} more" : "";
        context.Expect(wrong.Count == 0, expected, $"{wrong.Count} of {asked} otherwise: {string.Join("; ", wrong.Take(Told))}{more}");
    }
}
