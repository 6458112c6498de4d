namespace Conformance.Model.Judging;

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
