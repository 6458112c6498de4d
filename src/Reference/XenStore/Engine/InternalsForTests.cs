using System.Runtime.CompilerServices;

// The checker of invariants can only be tested on a store that is broken on purpose, and so can the check of declared accesses.
[assembly: InternalsVisibleTo("Conformance.Tests.Unit")]
[assembly: InternalsVisibleTo("Conformance.Tests.Systematic")]
