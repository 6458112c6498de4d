using System.Globalization;
using Conformance.Reference.Deviations;

namespace Conformance.Reference.Block.Back;

/// <summary>Writes the steps of requests to the trace, if anybody looks.</summary>
internal sealed class IoTrace(ConnectionPath path, bool isOn, int queue)
{
    /// <summary>Writes one step of a request.</summary>
    internal void Note(string step, BackRequest request, string result)
    {
        if (isOn)
        {
            path.Record(
                step,
                string.Create(CultureInfo.InvariantCulture, $"queue {queue} request {request.Id:x}"),
                result,
                new("operation", request.Operation.ToString()),
                new("sector", request.Sector.ToString()),
                new("sectors", request.Length.ToString()));
        }
    }

    /// <summary>Writes something about the ring.</summary>
    internal void NoteRing(string step, string result)
    {
        if (isOn)
        {
            path.Record(step, string.Create(CultureInfo.InvariantCulture, $"queue {queue}"), result);
        }
    }
}
