using Conformance.Model.Protocol;
using Conformance.Reference.Ports;

namespace Conformance.Samples.HastyFront;

/// <summary>What a <see cref="SampleFront"/> holds for its connection.</summary>
/// <param name="Back">The back's directory.</param>
/// <param name="Page">The ring's page.</param>
/// <param name="Ring">The reference under which the back has it.</param>
/// <param name="Port">The event channel.</param>
public sealed record SampleConnection(string Back, IOwnPage Page, GrantRef Ring, IEventChannel Port);
