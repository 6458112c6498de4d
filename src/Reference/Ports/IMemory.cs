using Conformance.Reference.Hypervisor;

namespace Conformance.Reference.Ports;

/// <summary>The pages of a domain's own memory that it means to share.</summary>
public interface IMemory
{
    /// <summary>Takes a page of zeroes; null when there is none left.</summary>
    ValueTask<IOwnPage?> AllocateAsync();

    /// <summary>Gives a page back. Nobody else may use it any more (GT-008).</summary>
    /// <exception cref="InvalidOperationException">It is granted still.</exception>
    ValueTask FreeAsync(IOwnPage page);
}

/// <summary>A page of the domain's own.</summary>
public interface IOwnPage : ISharedPage
{
    /// <summary>Its frame number in the domain.</summary>
    ulong Frame { get; }
}

/// <summary>A page of another domain, mapped here.</summary>
public interface IMappedPage : ISharedPage
{
    /// <summary>Whether it can be used; false once unmapped.</summary>
    bool IsMapped { get; }
}
