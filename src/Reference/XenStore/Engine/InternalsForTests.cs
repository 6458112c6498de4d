using System.Runtime.CompilerServices;

// The checker of invariants can only be tested on a store that is broken on purpose.
[assembly: InternalsVisibleTo("Conformance.Tests.Unit")]
