namespace Conformance.Suite.Targets;

/// <summary>Whether a target can be used on this machine.</summary>
/// <param name="IsAvailable">Whether it can.</param>
/// <param name="Explanation">One line: what it uses (name and version), or what is missing and how to get it.</param>
public sealed record Availability(bool IsAvailable, string Explanation);

/// <summary>Someone to ask. The roles it can play are the further interfaces it implements, such as <see cref="IStoreTarget"/>.</summary>
public interface ITarget
{
    /// <summary>The name on the command line, in reports, and of its expected-failure file.</summary>
    string Name { get; }

    /// <summary>One line about what it is.</summary>
    string Description { get; }

    /// <summary>Looks whether it can be used, without starting it.</summary>
    Availability Probe();
}
