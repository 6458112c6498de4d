using Conformance.Model.Trace;
using Conformance.Reference.XenStore.Engine;
using Conformance.Reference.XenStore.Ring;

namespace Conformance.Reference.XenStore.Daemon;

/// <summary>What a daemon needs to run.</summary>
public sealed record StoreDaemonOptions
{
    /// <summary>
    /// Where to listen: 1 to 107 bytes. A socket that nobody listens at is replaced; the socket is removed at the end.
    /// </summary>
    public required string SocketPath { get; init; }

    /// <summary>Limits and features of the store.</summary>
    public StoreSettings Settings { get; init; } = new();

    /// <summary>The hypervisor whose guests are served; without one, every domain but the control domain is absent.</summary>
    public IStoreGuests? Guests { get; init; }

    /// <summary>Takes the steps of the store, on the store's thread.</summary>
    public ITraceSink? Trace { get; init; }

    /// <summary>The clock behind the timeouts of XS-125.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
