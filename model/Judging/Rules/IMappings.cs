using Conformance.Model.Protocol;

namespace Conformance.Model.Judging.Rules;

/// <summary>What others have mapped of a domain, at this moment of the run.</summary>
public interface IMappings
{
    /// <summary>Whether anybody maps the page of one of a domain's references. False where that cannot be known.</summary>
    bool IsMapped(DomainId owner, GrantRef reference);

    /// <summary>Whether anybody maps any page of a domain.</summary>
    bool IsAnyMapped(DomainId owner);
}
