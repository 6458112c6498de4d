namespace Conformance.Model.Protocol.Events;

/// <summary>Virtual interrupts and whose they are (<c>VIRQ_*</c>, xen.h).</summary>
public static class Virq
{
    /// <summary>The timer of a virtual CPU.</summary>
    public const uint Timer = 0;

    /// <summary>A debug request to a virtual CPU.</summary>
    public const uint Debug = 1;

    /// <summary>Console input, for the control domain.</summary>
    public const uint Console = 2;

    /// <summary>A domain changed its life, for who watches over domains.</summary>
    public const uint DomainException = 3;

    /// <summary>A message between domains; each domain has its own.</summary>
    public const uint Argo = 11;

    /// <summary>How many numbers there are (<c>NR_VIRQS</c>, xen.h).</summary>
    public const uint Count = 24;

    /// <summary>Whether every virtual CPU has its own: timer, debug, profiling (7) and performance counters (13).</summary>
    public static bool IsPerCpu(uint virq) => virq is Timer or Debug or 7 or 13;

    /// <summary>Whether the whole machine has one, which the control domain gets.</summary>
    public static bool IsGlobal(uint virq) => virq < Count && !IsPerCpu(virq) && virq != Argo;
}
