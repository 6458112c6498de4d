using System.Runtime.CompilerServices;

// How states are hashed and runs are copied can only be tested from inside.
[assembly: InternalsVisibleTo("Conformance.Tests.Systematic")]
