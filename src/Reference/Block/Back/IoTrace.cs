using System.Globalization;
using Conformance.Reference.Deviations;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.Block.Back;

/// <summary>Writes the steps of requests to the trace, if anybody looks.</summary>
[NotState]
internal sealed class IoTrace(ConnectionPath path, bool isOn, int queue)
{
    /// <summary>Writes one step of a request.</summary>
    internal void Note<TResult>(string step, BackRequest request, TResult result)
        where TResult : struct, Enum
    {
        if (isOn)
        {
            Record(step, request, Name(result));
        }
    }

    private void Record(string step, BackRequest request, string result) => path.Record(
        step,
        string.Create(CultureInfo.InvariantCulture, $"queue {queue} request {request.Id:x}"),
        result,
        new("operation", request.Operation.ToString()),
        new("sector", request.Sector.ToString()),
        new("sectors", request.Length.ToString()));

    /// <summary>The value of each enumeration that says nothing is wrong is 0.</summary>
    private static string Name<TResult>(TResult result)
        where TResult : struct, Enum => EqualityComparer<TResult>.Default.Equals(result, default) ? "OK" : result.ToString();

    /// <summary>Writes something about the ring.</summary>
    internal void NoteRing(string step, string result)
    {
        if (isOn)
        {
            path.Record(step, string.Create(CultureInfo.InvariantCulture, $"queue {queue}"), result);
        }
    }
}
