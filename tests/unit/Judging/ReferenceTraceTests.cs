using Conformance.Cli;
using Conformance.Model.Connection;
using Conformance.Model.Judging;
using Conformance.Suite.Evidence;

namespace Conformance.Tests.Unit.Judging;

/// <summary>What the reference does is accepted by the judge as what the model says of it.</summary>
public sealed class ReferenceTraceTests
{
    // The older profiles of the reference front say Closed without Closing (D-18).
    private static readonly JudgeOptions AsReference = new()
    {
        Fronts = [Dialects.Reference, Dialects.Reference with { Name = "reference, without Closing", SaysClosing = false }],
        Backs = [Dialects.Reference],
    };

    public static TheoryData<string, string, int> Demos
    {
        get
        {
            var data = new TheoryData<string, string, int>();
            string[] profiles = ["mainline", "seed2010", "legacy"];
            foreach (string front in profiles)
            {
                foreach (string back in profiles)
                {
                    data.Add(front, back, 1);
                    data.Add(front, back, 2);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Demos))]
    public async Task EveryDemo_IsAccepted(string front, string back, int seed)
    {
        string trace = Path.GetTempFileName();
        try
        {
            using var text = new StringWriter();
            int code = await new Application(CliServices.Plain(text, text)).RunAsync(["demo", "--front", front, "--back", back, "--seed", $"{seed}", "--trace", trace], CancellationToken.None);
            Assert.Equal(0, code);

            var report = TraceJudge.Judge(TraceLines.Read("demo", await File.ReadAllLinesAsync(trace)), AsReference);

            Assert.Empty(report.Rejections.Select(Words));
            Assert.Equal(["Gone", "Gone"], report.Connections.Select(connection => connection.End));
        }
        finally
        {
            File.Delete(trace);
        }
    }

    private static string Words(Rejection rejection) =>
        $"step {rejection.Event.Time} {rejection.Event.Actor} {rejection.Event.Step} {rejection.Event.Object}={rejection.Event.Find("value")}: {rejection.Clause} {rejection.Blame}: expected {rejection.Expected}; came {rejection.Came}; allowed {string.Join(" | ", rejection.Allowed)}";
}
