namespace Conformance.Model.Clauses;

/// <summary>Where the authority of a clause comes from; several may hold (model/Clauses/README.md).</summary>
[Flags]
public enum ClauseKinds
{
    /// <summary>None stated; never true of a parsed clause.</summary>
    None = 0,

    /// <summary>S: stated by a public specification or header.</summary>
    Specified = 1,

    /// <summary>F: common to all or most deployed implementations.</summary>
    DeFacto = 2,

    /// <summary>2010: part of the extension of FreeBSD r214077.</summary>
    Seed2010 = 4,

    /// <summary>H: hardening, learned from an advisory or a fix.</summary>
    Hardening = 8,

    /// <summary>D: sources disagree and the reference documents its choice.</summary>
    Dialect = 16,
}

/// <summary>How a clause can be checked; several may apply (model/Clauses/README.md).</summary>
[Flags]
public enum CheckKinds
{
    /// <summary>None stated; never true of a parsed clause.</summary>
    None = 0,

    /// <summary>SI: a safety invariant over the model or a trace.</summary>
    Safety = 1,

    /// <summary>LV: liveness, which needs a fairness assumption.</summary>
    Liveness = 2,

    /// <summary>WA: an assertion on bytes or strings on the wire.</summary>
    Wire = 4,

    /// <summary>FZ: fuzzing, an adversarial peer.</summary>
    Fuzz = 8,

    /// <summary>DT: a differential test against another implementation or ABI.</summary>
    Differential = 16,
}

/// <summary>What breaks when a clause is broken, worst first.</summary>
public enum Severity
{
    /// <summary>C: data lost or corrupted, or isolation broken.</summary>
    Critical,

    /// <summary>H: a hang, a crash or a resource leak.</summary>
    High,

    /// <summary>M: two implementations that cannot work together.</summary>
    Medium,

    /// <summary>L: a diagnostic only.</summary>
    Low,
}

/// <summary>One testable requirement, as a row of <c>model/Clauses/&lt;family&gt;.md</c>.</summary>
/// <param name="Id">The name that never changes its meaning.</param>
/// <param name="Section">The heading that the row stands under.</param>
/// <param name="Statement">What must hold, in our own words.</param>
/// <param name="Kinds">Where its authority comes from.</param>
/// <param name="Source">The public source it was derived from, in the abbreviations of the README.</param>
/// <param name="Checks">How it can be checked.</param>
/// <param name="CheckNote">The Check column as written, with its hints.</param>
/// <param name="Severity">What breaks when it is broken.</param>
public sealed record Clause(
    ClauseId Id,
    string Section,
    string Statement,
    ClauseKinds Kinds,
    string Source,
    CheckKinds Checks,
    string CheckNote,
    Severity Severity);
