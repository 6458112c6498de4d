namespace Conformance.Suite.Verdicts;

/// <summary>What a case found out.</summary>
public enum Verdict
{
    /// <summary>The case ran and everything it asked for held.</summary>
    Pass,

    /// <summary>A clause was broken; the result says which, by whom, and shows it.</summary>
    Fail,

    /// <summary>The case could not tell, for instance because the harness itself failed.</summary>
    Inconclusive,

    /// <summary>The target does not have what the case asks about; the result says what is missing.</summary>
    NotApplicable,
}
