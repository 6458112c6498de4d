using System.Globalization;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Trace;
using Conformance.Reference.Deviations;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.Block.Front;

/// <summary>Writes the steps of a queue's requests to the trace, if anybody looks.</summary>
[NotState]
internal sealed class FrontIoTrace(ConnectionPath path, bool isOn, int queue)
{
    /// <summary>The entries of a request are put.</summary>
    public void NoteQueued(FrontRequest request)
    {
        if (isOn)
        {
            path.Record(
                IoStep.Queue,
                Subject(request),
                "OK",
                new("operation", request.Operation.ToString()),
                new("sector", (request.Piece.Io.Buffer.Length == 0 ? request.Piece.Io.First : request.Piece.Sector).ToString()),
                new("segments", request.PageCount.ToString(CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>A request was answered.</summary>
    public void NoteDone(FrontRequest request, BlkifStatus status)
    {
        if (isOn)
        {
            path.Record(IoStep.Done, Subject(request), status.ToString());
        }
    }

    /// <summary>A request is not waited for any more.</summary>
    public void NoteGivenUp(FrontRequest request)
    {
        if (isOn)
        {
            path.Record(IoStep.Done, Subject(request), "given up");
        }
    }

    /// <summary>Something about the ring.</summary>
    public void NoteRing(string step, string result)
    {
        if (isOn)
        {
            path.Record(step, string.Create(CultureInfo.InvariantCulture, $"queue {queue}"), result);
        }
    }

    private string Subject(FrontRequest request) => string.Create(CultureInfo.InvariantCulture, $"queue {queue} request {request.Id:x}");
}
