namespace Conformance.Model.Protocol.Hvm;

/// <summary>The parameters of an HVM domain that its drivers need (HV-005; hvm/params.h).</summary>
public enum HvmParameter
{
    /// <summary>How event upcalls reach the first virtual CPU; a <see cref="CallbackVia"/>.</summary>
    CallbackIrq = 0,

    /// <summary>The frame of the store's page.</summary>
    StorePfn = 1,

    /// <summary>The port of the store.</summary>
    StoreEventChannel = 2,

    /// <summary>The frame of the console's page.</summary>
    ConsolePfn = 17,

    /// <summary>The port of the console.</summary>
    ConsoleEventChannel = 18,
}
