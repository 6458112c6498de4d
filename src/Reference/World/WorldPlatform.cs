using Conformance.Model.Protocol.Hvm;
using Conformance.Reference.Fibers;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.Ports;
using Conformance.Reference.XenStore.Engine;

namespace Conformance.Reference.World;

/// <summary>The machine below a domain of a <see cref="XenWorld"/>, as its kernel sees it when it stops or moves.</summary>
internal sealed class WorldPlatform : IPlatform
{
    private readonly WorldDomain _domain;
    private readonly FiberDriver _driver;
    private readonly Signal _goesOn;
    private CallbackVia _callback;
    private MemoryPage _sharedInfo;
    private bool _isNewWorld;

    internal WorldPlatform(WorldDomain domain)
    {
        _domain = domain;
        _driver = domain.World.Driver;
        _goesOn = domain.Fibers.CreateSignal("the tool stack to let the domain go on");
        _sharedInfo = Machine.SharedInfo;
        Console = Machine.ConsolePage;
        WallClock = SharedInfoPage.ReadWallClock(_sharedInfo);
    }

    /// <summary>The page of the console as the kernel found it last.</summary>
    internal MemoryPage Console { get; private set; }

    /// <summary>The host's wall clock as the kernel read it last.</summary>
    internal DateTimeOffset WallClock { get; private set; }

    private Domain Machine => _domain.Machine;

    public ValueTask SuspendStoreAsync() => _domain.StoreClient.SuspendAsync();

    public ValueTask CancelStoreSuspendAsync()
    {
        _domain.StoreClient.CancelSuspend();
        return default;
    }

    public ValueTask MaskInterruptsAsync()
    {
        _domain.Fibers.RunAlone();
        return default;
    }

    public ValueTask UnmaskInterruptsAsync()
    {
        _domain.Fibers.LetOthersRun();
        return default;
    }

    public ValueTask SaveGrantsAsync() => Step(platform => platform._domain.GrantTable.RetryDeferred());

    public async ValueTask<bool> SuspendAsync()
    {
        await Step(static platform =>
        {
            platform._callback = platform.Machine.Parameters.Callback;
            platform.Stop(ShutdownReason.Suspend);
        });
        await _driver.WaitAsync(_goesOn);
        return _isNewWorld;
    }

    public ValueTask RebuildEventsAsync() => Step(static platform =>
    {
        platform._domain.OwnEvents.ForgetAll();
        if (platform._callback.IsOn)
        {
            platform.Machine.Parameters.Set(HvmParameter.CallbackIrq, platform._callback.Value);
        }
    });

    public ValueTask RebuildSharedInfoAsync() => Step(static platform => platform._sharedInfo = platform.Machine.SharedInfo);

    public ValueTask FindConsoleAsync() => Step(static platform => platform.Console = platform.Machine.ConsolePage);

    public ValueTask SetClockAsync() => Step(static platform => platform.WallClock = SharedInfoPage.ReadWallClock(platform._sharedInfo));

    public ValueTask RebuildGrantsAsync() => Step(static platform => platform._domain.GrantTable.Reestablish());

    public async ValueTask ReconnectStoreAsync()
    {
        StoreConnection? connection = null;
        await Step(platform => connection = platform.FindStore());
        await _domain.StoreClient.ResumeAsync(connection
            ?? throw new InvalidOperationException($"expected a store that serves domain {Machine.Id}, got none; introduce it before it goes on"));
    }

    public async ValueTask ShutdownAsync(ShutdownReason reason)
    {
        await Step(platform => platform.Stop(reason));
        await _driver.HaltAsync();
    }

    public async ValueTask<int> CountPagesAsync()
    {
        int count = 0;
        await Step(platform => count = platform.Machine.Memory.Count);
        return count;
    }

    /// <summary>Part of the step of the tool stack that lets the domain go on.</summary>
    internal void GoOn(bool isNewWorld)
    {
        _isNewWorld = isNewWorld;
        _goesOn.Set();
        _domain.Fibers.Group.Resume();
    }

    private void Stop(ShutdownReason reason)
    {
        // A tool stack may let a domain go on that did not suspend; that is not news for the next suspend.
        _goesOn.TryClear();
        _domain.World.Hypervisor.Shutdown(Machine, reason);
        _domain.Fibers.Group.Pause();
    }

    /// <summary>A PV domain reads its start information anew, an HVM domain its parameters (CT-013).</summary>
    private StoreConnection? FindStore() =>
        Machine.Options.Flavour == DomainFlavour.Paravirtual || Machine.Parameters.TryGetStore(out _, out _)
            ? _domain.World.Store.Engine.FindGuest(Machine.Id)
            : null;

    private ValueTask Step(Action<WorldPlatform> action) => _driver.DoAsync(new PlatformCall(this, action));

    private readonly struct PlatformCall(WorldPlatform platform, Action<WorldPlatform> action) : IStep<bool>
    {
        public void Declare(ref AccessSet accesses) => accesses.Writes(Resource.World);

        public bool Perform()
        {
            platform._driver.Audit.Touch(Resource.World, AccessMode.Write);
            action(platform);
            return true;
        }
    }
}
