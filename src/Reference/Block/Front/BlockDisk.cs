using System.Runtime.CompilerServices;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Block.Negotiation;
using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;

namespace Conformance.Reference.Block.Front;

/// <summary>
/// A disk as the operating system and its users see it. Positions and lengths are in sectors of 512 bytes, whatever the
/// disk's own sectors are. Operations may run side by side, from any fiber of the domain; they wait while the connection
/// is being made again.
/// </summary>
public sealed partial class BlockDisk
{
    private readonly FrontDevice _device;
    private readonly IDomain _domain;
    private readonly IoDispatch _dispatch;
    private readonly OrderGate _order = new();
    private readonly Stack<DiskIo> _ios = [];
    private MediumInfo _medium;

    internal BlockDisk(FrontDevice device, IDomain domain, IoDispatch dispatch)
    {
        _device = device;
        _domain = domain;
        _dispatch = dispatch;
    }

    /// <summary>The device's name, such as <c>51712</c>.</summary>
    public string Name => _device.Name;

    /// <summary>Whether it can be opened.</summary>
    public bool IsAnnounced { get; private set; }

    /// <summary>How many users have it open.</summary>
    public int Users { get; private set; }

    /// <summary>Its size.</summary>
    public SectorCount512 Capacity => _medium.Size;

    /// <summary>What positions and lengths are multiples of (BF-022).</summary>
    public DeviceSectorSize SectorSize => _medium.SectorSize;

    /// <summary>Bytes of a physical sector: a hint for alignment.</summary>
    public uint PhysicalSectorBytes => _medium.PhysicalSectorBytes;

    /// <summary>Whether writes are refused (NG-038).</summary>
    public bool IsReadOnly => (_medium.Flags & VdiskFlags.ReadOnly) != 0;

    /// <summary>What kind of disk.</summary>
    public VdiskFlags Flags => _medium.Flags;

    /// <summary>Whether <see cref="FlushAsync"/> makes writes durable; else it is refused (BF-012).</summary>
    public bool CanFlush => Features is { HasFlush: true } or { HasBarrier: true };

    /// <summary>Whether <see cref="DiscardAsync"/> does anything.</summary>
    public bool CanDiscard => Features is { HasDiscard: true };

    /// <summary>The extents that can be discarded.</summary>
    public DiscardGeometry DiscardGeometry => Features?.Discard ?? default;

    /// <summary>How many requests the back has not answered yet.</summary>
    public int RequestsInFlight => _dispatch.Connection?.InFlight ?? 0;

    /// <summary>Called when the size changed, by the device's own fiber (NG-036, RS-014); must not wait for the disk.</summary>
    public Action<BlockDisk>? Resized { get; set; }

    /// <summary>Whether a medium was read for it.</summary>
    internal bool IsKnown { get; private set; }

    private FrontFeatures? Features => _dispatch.Connection?.Features;

    /// <summary>Becomes a user: the disk does not close under its users by request (BF-023).</summary>
    public ValueTask<DiskResult> OpenAsync()
    {
        if (!IsAnnounced)
        {
            return new ValueTask<DiskResult>(DiskResult.Gone);
        }

        Users++;
        return new ValueTask<DiskResult>(DiskResult.Ok);
    }

    /// <summary>Ends being a user; a close that was refused takes place with the last (XB-023).</summary>
    /// <exception cref="InvalidOperationException">Nobody has it open.</exception>
    public ValueTask CloseAsync()
    {
        if (Users == 0)
        {
            throw new InvalidOperationException($"expected a user of disk {Name} that closes it, there is none");
        }

        if (--Users == 0)
        {
            _device.OnLastUserGone();
        }

        return default;
    }

    /// <summary>Closes the connection and makes it anew; see <see cref="FrontDevice.ReconnectAsync"/>.</summary>
    public ValueTask ReconnectAsync() => _device.ReconnectAsync();

    /// <summary>Reads into own pages.</summary>
    public ValueTask<DiskResult> ReadAsync(Sector512 first, DiskBuffer destination) =>
        RunAsync(DiskOperation.Read, first, SectorCount512.FromBytes(destination.Length), destination);

    /// <summary>Writes from own pages. May overtake other writes; durable after a flush.</summary>
    public ValueTask<DiskResult> WriteAsync(Sector512 first, DiskBuffer source) =>
        RunAsync(DiskOperation.Write, first, SectorCount512.FromBytes(source.Length), source);

    /// <summary>
    /// Writes after everything that was written before and before everything that is written after: by a barrier, or
    /// alone and between two flushes where there is none (BF-012).
    /// </summary>
    public async ValueTask<DiskResult> WriteOrderedAsync(Sector512 first, DiskBuffer source)
    {
        var count = SectorCount512.FromBytes(source.Length);
        var result = Features is null or { HasBarrier: true, CanOrder: true }
            ? await RunAsync(DiskOperation.OrderedWrite, first, count, source)
            : Judge(DiskOperation.OrderedWrite, first, count) is var refusal and not DiskResult.Ok ? refusal : DiskResult.NotSupported;
        return result == DiskResult.NotSupported ? await WriteAloneAsync(first, count, source) : result;
    }

    /// <summary>Makes all completed writes durable (BI-023).</summary>
    /// <returns>Not supported when the back offers no way: nothing is said about durability then.</returns>
    public ValueTask<DiskResult> FlushAsync() => RunAsync(DiskOperation.Flush, default, SectorCount512.Zero, default);

    /// <summary>Says that sectors are no longer needed.</summary>
    /// <param name="first">First sector.</param>
    /// <param name="count">Sectors.</param>
    /// <param name="isSecure">Whether nothing of them must be recoverable.</param>
    public ValueTask<DiskResult> DiscardAsync(Sector512 first, SectorCount512 count, bool isSecure = false) =>
        RunAsync(DiskOperation.Discard, first, count, default, isSecure);

    /// <summary>The medium is known.</summary>
    /// <returns>Whether the disk is new to the operating system; else a connection was made again.</returns>
    internal bool Announce(in MediumInfo medium)
    {
        bool isNew = !IsAnnounced;
        bool isResized = !isNew && medium.Size != _medium.Size;
        _medium = medium;
        IsKnown = true;
        IsAnnounced = true;
        if (isResized)
        {
            Resized?.Invoke(this);
        }

        return isNew;
    }

    internal void Resize(SectorCount512 size)
    {
        if (size != _medium.Size)
        {
            _medium = _medium with { Size = size };
            Resized?.Invoke(this);
        }
    }

    /// <summary>Nobody can open it any more.</summary>
    internal void Withdraw()
    {
        IsAnnounced = false;
        IsKnown = false;
    }

    private ValueTask<DiskResult> RunAsync(DiskOperation operation, Sector512 first, SectorCount512 count, in DiskBuffer buffer, bool isSecure = false)
    {
        var refusal = Judge(operation, first, count);
        if (refusal != DiskResult.Ok)
        {
            return new ValueTask<DiskResult>(refusal);
        }

        var io = _ios.TryPop(out var used) ? used : new DiskIo(_domain.Fibers.CreateSignal($"an operation on disk {Name}"));
        io.Begin(operation, first, count, buffer, isSecure);
        return CarryOutAsync(io);
    }

    /// <summary>The way of every operation: in line with ordered writes, through the front, and back.</summary>
    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    private async ValueTask<DiskResult> CarryOutAsync(DiskIo io)
    {
        bool isGated = io.Operation is DiskOperation.Write or DiskOperation.OrderedWrite or DiskOperation.Discard;
        if (isGated && !_order.TryEnter(io, isAlone: false))
        {
            await _domain.Fibers.WaitAsync(io.Done);
        }

        await _dispatch.SubmitAsync(io);
        await _domain.Fibers.WaitAsync(io.Done);
        if (isGated)
        {
            _order.Leave();
        }

        var result = io.Result;
        io.Clear();
        _ios.Push(io);
        return result;
    }

    /// <summary>Writes when no other write is under way, between two flushes if there are any.</summary>
    private async ValueTask<DiskResult> WriteAloneAsync(Sector512 first, SectorCount512 count, DiskBuffer source)
    {
        var io = new DiskIo(_domain.Fibers.CreateSignal($"an ordered write to disk {Name}"));
        if (!_order.TryEnter(io, isAlone: true))
        {
            await _domain.Fibers.WaitAsync(io.Done);
        }

        var result = await AwaitAsync(io, DiskOperation.Flush, default, SectorCount512.Zero, default);
        if (result is DiskResult.Ok or DiskResult.NotSupported)
        {
            bool isFlushed = result == DiskResult.Ok;
            result = await AwaitAsync(io, DiskOperation.Write, first, count, source);
            if (result == DiskResult.Ok && isFlushed)
            {
                result = await AwaitAsync(io, DiskOperation.Flush, default, SectorCount512.Zero, default);
            }
        }

        _order.Leave();
        return result;
    }

    private async ValueTask<DiskResult> AwaitAsync(DiskIo io, DiskOperation operation, Sector512 first, SectorCount512 count, DiskBuffer buffer)
    {
        io.Begin(operation, first, count, buffer, isSecure: false);
        await _dispatch.SubmitAsync(io);
        await _domain.Fibers.WaitAsync(io.Done);
        io.Clear();
        return io.Result;
    }

    private DiskResult Judge(DiskOperation operation, Sector512 first, SectorCount512 count)
    {
        if (!IsKnown)
        {
            return DiskResult.Gone;
        }

        if (operation is DiskOperation.Flush)
        {
            return DiskResult.Ok;
        }

        return !first.IsInside(count, Capacity) || count == SectorCount512.Zero ? DiskResult.OutOfRange
            : !first.IsAligned(SectorSize) || !count.IsAligned(SectorSize) ? DiskResult.Misaligned
            : operation is not DiskOperation.Read && IsReadOnly ? DiskResult.ReadOnly
            : DiskResult.Ok;
    }
}
