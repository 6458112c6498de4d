using Conformance.Model.Trace;
using Conformance.Suite.Evidence;

namespace Conformance.Tests.Unit.Suite;

public sealed class TraceLinesTests
{
    [Fact]
    public void Steps_RoundTrip_NumberedInTheirOrder()
    {
        using var text = new StringWriter();
        using (var writer = new TraceWriter(text))
        {
            writer.Record("dom0/1", StepCode.Write, "/a \"b\"", "OK", new("value", "1\n→"), new("tx", "0"));
            writer.Record("store", StepCode.Drop, "", "over");
        }

        string[] lines = $"{text}".Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("""{"time":0,"actor":"dom0/1","generation":0,"step":"W","object":"/a \"b\"","args":{"value":"1\n→","tx":"0"},"result":"OK"}""", lines[0]);
        var steps = TraceLines.Read("t", lines).ToList();
        Assert.Equal([0L, 1L], steps.Select(step => step.Time));
        Assert.Equal(lines, steps.Select(TraceLines.Write));
        Assert.Equal([new("value", "1\n→"), new("tx", "0")], steps[0].Arguments);
    }

    [Theory]
    [InlineData("""{"time":1,"actor":"a","generation":0,"step":"W","object":"","args":{},"result":"OK"}""", "t:1: expected time 0, found 1; times count from 0 without gaps")]
    [InlineData("""{"time":0,"actor":"a","generation":0,"step":"W","object":"","args":{}}""", "t:1: expected a step as a JSON object")]
    [InlineData("""{"time":0,"actor":null,"generation":0,"step":"W","object":"","args":{},"result":"OK"}""", "t:1: expected a step as a JSON object")]
    [InlineData("nonsense", "t:1: expected a step as a JSON object")]
    [InlineData("null", "t:1: expected a step as a JSON object, found null")]
    public void AMalformedLine_IsRefused_WithItsPlace(string line, string message)
    {
        var thrown = Assert.Throws<FormatException>(() => TraceLines.Read("t", [line]).ToList());
        Assert.StartsWith(message, thrown.Message, StringComparison.Ordinal);
    }
}
