using Conformance.Model.Protocol.Block;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.Block.Storage;

/// <summary>An open medium as a back-end uses it. Every operation on it is one step, or several.</summary>
public interface IStorage
{
    /// <summary>What it is, for messages.</summary>
    string Name { get; }

    /// <summary>The size when it was opened or refreshed last.</summary>
    SectorCount512 Size { get; }

    /// <summary>The device sector: every range and every run of memory is a multiple of it (BB-008).</summary>
    DeviceSectorSize SectorSize { get; }

    /// <summary>The unit inside the device.</summary>
    DeviceSectorSize PhysicalSectorSize { get; }

    /// <summary>Whether writes are refused.</summary>
    bool IsReadOnly { get; }

    /// <summary>Whether discards can be asked for.</summary>
    bool CanDiscard { get; }

    /// <summary>Begins an operation.</summary>
    /// <param name="request">It must not change until it is done.</param>
    /// <returns>
    /// True when it is done already, and <see cref="StorageRequest.Status"/> tells how; false when it comes out of
    /// <see cref="StorageRequest.Completions"/> once it is.
    /// </returns>
    ValueTask<bool> SubmitAsync(StorageRequest request);

    /// <summary>Makes a row for requests that are finished later.</summary>
    StorageCompletions CreateCompletions(FiberScope fibers, string name);

    /// <summary>Looks how large the medium is now (NG-036).</summary>
    ValueTask RefreshAsync();

    /// <summary>Gives the medium back. Nothing may be under way.</summary>
    ValueTask CloseAsync();
}
