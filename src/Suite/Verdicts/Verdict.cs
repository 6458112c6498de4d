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

/// <summary>Who broke a clause.</summary>
public enum Blame
{
    /// <summary>Nobody: nothing was broken.</summary>
    None,

    /// <summary>The front-end driver.</summary>
    Front,

    /// <summary>The back-end driver.</summary>
    Back,

    /// <summary>The XenStore daemon.</summary>
    Store,

    /// <summary>The store client: the code by which a driver or a tool speaks to the store.</summary>
    Client,

    /// <summary>The hypervisor, or what a guest's kernel has for it.</summary>
    Hypervisor,

    /// <summary>Whoever creates and removes domains and devices.</summary>
    ToolStack,

    /// <summary>This program.</summary>
    Harness,
}
