namespace Conformance.Reference.Hypervisor;

/// <summary>
/// The page that a host shares with a domain as a whole (<c>struct shared_info</c>, xen.h), as far as it is used here: the
/// wall clock of a 64-bit guest, which is the time at which the host's own clock was 0.
/// </summary>
public static class SharedInfoPage
{
    private const int Version = 0xC00;
    private const int Seconds = 0xC04;
    private const int Nanoseconds = 0xC08;
    private const int SecondsHigh = 0xC0C;
    private const int NanosecondsPerTick = 100;

    /// <summary>Reads the wall clock: again when the hypervisor wrote it meanwhile, which an odd or another version tells.</summary>
    public static DateTimeOffset ReadWallClock(MemoryPage page)
    {
        ArgumentNullException.ThrowIfNull(page);
        while (true)
        {
            uint version = page.Load(Version);
            ulong seconds = page.Load(Seconds) | ((ulong)page.Load(SecondsHigh) << 32);
            uint nanoseconds = page.Load(Nanoseconds);
            if (version % 2 == 0 && page.Load(Version) == version)
            {
                return DateTimeOffset.UnixEpoch.AddSeconds(seconds).AddTicks(nanoseconds / NanosecondsPerTick);
            }
        }
    }

    /// <summary>Writes the wall clock; the version is odd meanwhile.</summary>
    internal static void WriteWallClock(MemoryPage page, DateTimeOffset time)
    {
        var since = time - DateTimeOffset.UnixEpoch;
        ulong seconds = (ulong)(since.Ticks / TimeSpan.TicksPerSecond);
        uint version = page.Load(Version);
        page.Store(Version, version | 1);
        page.Store(Seconds, (uint)seconds);
        page.Store(SecondsHigh, (uint)(seconds >> 32));
        page.Store(Nanoseconds, (uint)(since.Ticks % TimeSpan.TicksPerSecond) * NanosecondsPerTick);
        page.Store(Version, (version | 1) + 1);
    }
}
