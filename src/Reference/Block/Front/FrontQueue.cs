using System.Runtime.CompilerServices;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Trace;
using Conformance.Reference.Block.Rings;
using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;
using Conformance.Reference.XenBus;

namespace Conformance.Reference.Block.Front;

/// <summary>
/// One ring of a connection with its port: issues pieces while nothing stops it, and handles what the back answers.
/// </summary>
internal sealed partial class FrontQueue
{
    private readonly FrontConnection _connection;
    private readonly RequestBuilder _builder;
    private readonly Signal _idle;
    private readonly Signal _progress;
    private bool _isPumping;
    private bool _isHandling;

    public FrontQueue(FrontConnection connection, int index)
    {
        _connection = connection;
        Index = index;
        Domain = connection.Domain;
        _idle = Domain.Fibers.CreateSignal($"queue {index} to pause");
        _progress = Domain.Fibers.CreateSignal($"a response on queue {index}");
        _grantsFree = Domain.Fibers.CreateSignal($"grants for queue {index}");
        _quiet = Domain.Fibers.CreateSignal($"queue {index} to fall quiet");
        _pages = new IOwnPage?[connection.Limits.RingPages];
        References = new GrantRef[connection.Limits.RingPages];
        Array.Fill(References, GrantRef.Invalid);
        Pool = new FramePool(Domain, Peer);
        Table = new RequestTable((int)Math.Min((uint)connection.Limits.Requests, BlkifRing.Entries(connection.Limits.RingPages, Abi)));
        Trace = new FrontIoTrace(connection.Path, Domain.Trace is not null, index);
        _builder = new RequestBuilder(this);
        Responses = new ResponseHandler(this);
    }

    public int Index { get; }

    public IDomain Domain { get; }

    public DomainId Peer => _connection.Peer;

    public BlkifAbi Abi => _connection.Settings.Abi;

    public ushort Handle => _connection.Handle;

    public FrontLimits Limits => _connection.Limits;

    public FrontFeatures Features => _connection.Features;

    public DeviceSectorSize SectorSize => _connection.SectorSize;

    public FrontRing Ring { get; private set; } = null!;

    public FrontIoTrace Trace { get; }

    public RequestTable Table { get; }

    public FramePool Pool { get; }

    public ResponseHandler Responses { get; }

    /// <summary>What is to be issued next.</summary>
    public PieceQueue Pending { get; } = new();

    public StopReasons Stops { get; private set; } = StopReasons.NotConnected;

    /// <summary>Whether responses are left where they are.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>Whether pieces that come back from the builder have nowhere to go.</summary>
    public bool IsDead { get; private set; }

    public void Stop(StopReasons reason) => Stops |= reason;

    /// <summary>Clears reasons; whoever does so pumps when it has done what else it has to do.</summary>
    public void Restart(StopReasons reasons) => Stops &= ~reasons;

    /// <summary>A request ended.</summary>
    public void NoteProgress()
    {
        _progress.Set();
        if (Pool.IdleGrants > 0)
        {
            _quietSince++;
            _quiet.Set();

            // Its references came back to the pool, where no callback tells of them.
            Restart(StopReasons.NoGrants);
        }
    }

    /// <summary>
    /// Issues pending pieces until there are none or something is short, and publishes them together. When another fiber
    /// is at it, that one takes these along.
    /// </summary>
    public ValueTask PumpAsync() => _isPumping ? default : PumpAllAsync();

    [AsyncMethodBuilder(typeof(FiberMethodBuilder))]
    private async ValueTask PumpAllAsync()
    {
        _isPumping = true;
        do
        {
            while (Stops == StopReasons.None && Pending.TryDequeue(out var piece))
            {
                Keep(piece, await _builder.IssueAsync(piece));
            }

            await PublishAsync();
        }
        while (Stops == StopReasons.None && Pending.Count > 0);

        _isPumping = false;
        _idle.Set();
    }

    /// <summary>Publishes what was put, and notifies the back if it asked for that (BF-032).</summary>
    public ValueTask PublishAsync()
    {
        var push = Ring.PushRequestsAsync();
        return push is { IsCompletedSuccessfully: true, Result: false } ? default : NotifyAfterAsync(push);
    }

    [AsyncMethodBuilder(typeof(FiberMethodBuilder))]
    private async ValueTask NotifyAfterAsync(ValueTask<bool> push)
    {
        if (await push && _channel is { } channel)
        {
            Trace.NoteRing(IoStep.PushRequests, "notified");
            await channel.NotifyAsync();
        }
    }

    /// <summary>Leaves responses alone from now on, without waiting for who is at work on them.</summary>
    public void LeaveResponses() => IsHeld = true;

    /// <summary>Handles what the back answered, and issues what can be issued then.</summary>
    [AsyncMethodBuilder(typeof(FiberMethodBuilder))]
    public async ValueTask HandleAsync()
    {
        _isHandling = true;
        bool isSound = await Responses.TakeAllAsync();
        if (!isSound)
        {
            Trace.NoteRing(IoStep.Halt, Responses.Violation!);
            await _connection.DisableAsync();
        }

        _isHandling = false;
        _idle.Set();
        if (isSound)
        {
            await PumpAsync();
        }
        else
        {
            await _connection.Fail(new DeviceFailure(Errno.EPROTO, Responses.Violation!));
        }
    }

    /// <summary>Leaves responses alone from now on, and waits until nobody is at work on the ring.</summary>
    public async ValueTask HoldAsync()
    {
        IsHeld = true;
        while (_isPumping || _isHandling)
        {
            await Domain.Fibers.WaitAsync(_idle);
        }
    }

    /// <summary>Undoes <see cref="HoldAsync"/>: looks at what came meanwhile.</summary>
    public ValueTask UnholdAsync()
    {
        IsHeld = false;
        return _isHandling ? default : HandleAsync();
    }

    /// <summary>Waits until the back owes no response, or until a point in time.</summary>
    /// <returns>Whether it owes none.</returns>
    public async ValueTask<bool> DrainAsync(TimeSpan until)
    {
        while (Table.InFlight > 0 && !_connection.IsDisabled)
        {
            var left = until - Domain.Fibers.Now;
            if (left <= TimeSpan.Zero || !await Domain.Fibers.WaitAsync(_progress, left))
            {
                break;
            }
        }

        return Table.InFlight == 0;
    }

    /// <summary>Ends all that is pending or in flight.</summary>
    public async ValueTask FailAllAsync()
    {
        IsDead = true;
        while (Pending.TryDequeue(out var piece))
        {
            piece.Io.EndPiece(DiskResult.Gone);
        }

        while (Table.AnyInFlight() is { } request)
        {
            await Responses.GiveUpAsync(request);
        }
    }

    /// <summary>
    /// Takes all that is pending or in flight out of the queue, to be issued again in another connection.
    /// </summary>
    /// <param name="pieces">Gets it.</param>
    /// <param name="isWorldGone">Whether the grants are gone already.</param>
    public async ValueTask CollectAsync(List<IoPiece> pieces, bool isWorldGone)
    {
        IsDead = true;
        while (Pending.TryDequeue(out var piece))
        {
            pieces.Add(piece);
        }

        while (Table.AnyInFlight() is { } request)
        {
            Table.Land(request);
            if (isWorldGone)
            {
                await ForgetPagesAsync(request);
                pieces.Add(request.Piece);
            }
            else if (await Responses.ReleasePagesAsync(request, isCopiedBack: false))
            {
                pieces.Add(request.Piece);
            }
            else
            {
                request.Piece.Io.EndPiece(DiskResult.BufferLost);
            }

            Table.Return(request);
        }
    }

    /// <summary>What the builder did not take waits in front, or ends when the queue does.</summary>
    private void Keep(IoPiece piece, int taken)
    {
        var rest = taken == RequestBuilder.Stopped ? piece : piece.After(taken);
        if (rest.Length == 0)
        {
            return;
        }

        if (IsDead)
        {
            rest.Io.EndPiece(DiskResult.Gone);
        }
        else
        {
            Pending.PushFront(rest);
        }
    }

    private async ValueTask ForgetPagesAsync(FrontRequest request)
    {
        for (int i = 0; i < request.PageCount; i++)
        {
            await Domain.Grants.RevokeLaterAsync(request.Page(i).Grant, request.IsBounced ? request.Page(i).Page : null);
        }

        for (int i = 0; i < request.TableCount; i++)
        {
            await Domain.Grants.RevokeLaterAsync(request.Table(i).Grant, request.Table(i).Page);
        }
    }
}
