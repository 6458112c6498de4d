using System.Xml.Linq;
using Conformance.Model.Checking;
using Conformance.Model.Pictures;

namespace Conformance.Tests.Model.Pictures;

public sealed class SequenceChartTests
{
    private static readonly SequenceChart Chart = new(
        "a <title> & more",
        ["front", "back"],
        [
            new("front", "F8", "commits", "back"),
            new("back", "R", "sees the front Initialised; and says so in more words than fit into one column of the chart"),
            new("back", "", "answers", "front"),
        ],
        1,
        [new("front", "Initialised")]);

    [Fact]
    public void Text_HasAColumnAParticipant_AnArrowToTheOther_AndTheLoop() =>
        Assert.Equal(
            """
            a <title> & more
                 front            back
              1  F8 commits       |
                 |--------------->|
                 -- from here on for ever:
              2  |                R sees the front
                 |                Initialised; and
                 |                says so in more
                 |                words than fit
                 |                into one column
                 |                of the chart
              3  |                answers
                 |<---------------|
                 -- and again from 2
            then:
              front  Initialised

            """,
            ChartText.Draw(Chart, 40));

    private static readonly SequenceChart Shared = Chart with
    {
        Rows = [Chart.Rows[0] with { Beside = "front 3 back 2 grants 1" }, Chart.Rows[1], Chart.Rows[2] with { Beside = "front 3 back 4" }],
    };

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(100)]
    public void Text_IsNoWiderThanAsked(int width) =>
        Assert.All($"{ChartText.Draw(Chart, width)}{ChartText.Draw(Shared, width)}".Split('\n'), line => Assert.True(line.Length <= width, line));

    [Fact]
    public void Text_HasWhatIsSharedAtTheRight_WrappedWhereItIsNarrow()
    {
        string[] lines = ChartText.Draw(Shared, 60).Split('\n');

        Assert.Equal("  1  F8 commits       |                front 3 back 2", lines[2]);
        Assert.EndsWith("grants 1", lines[3], StringComparison.Ordinal);
        Assert.Single(lines, line => line.EndsWith("front 3 back 4", StringComparison.Ordinal));
    }

    [Fact]
    public void Mermaid_AndSvg_HaveWhatIsShared()
    {
        Assert.Contains("    Note right of P1: front 3 back 4\n", ChartMermaid.Draw(Shared), StringComparison.Ordinal);
        Assert.DoesNotContain("Note right", ChartMermaid.Draw(Chart), StringComparison.Ordinal);
        Assert.Equal(["front 3 back 2 grants 1", "front 3 back 4"], XDocument.Parse(ChartSvg.Draw(Shared)).Descendants().Where(node => (string?)node.Attribute("class") == "beside").Select(node => node.Value));
    }

    [Fact]
    public void Mermaid_HasNotesArrowsAndALoop_AndNoSemicolon()
    {
        string text = ChartMermaid.Draw(Chart);

        Assert.StartsWith("sequenceDiagram\n", text, StringComparison.Ordinal);
        Assert.Contains("    P0->>P1: F8 commits\n    loop for ever\n    Note over P1: R sees", text, StringComparison.Ordinal);
        Assert.EndsWith("    P1->>P0: answers\n    end\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain(';', text);
    }

    [Fact]
    public void Svg_IsWellFormed_AndHasEveryStepAndArrow()
    {
        var svg = XDocument.Parse(ChartSvg.Draw(Chart)).Root!;

        Assert.Equal("a <title> & more", svg.Elements().Single(element => element.Name.LocalName == "title").Value);
        Assert.Equal(3, svg.Descendants().Count(element => element.Name.LocalName == "circle"));
        Assert.Equal(2, svg.Descendants().Count(element => (string?)element.Attribute("class") == "arrow"));
        Assert.Single(svg.Descendants(), element => (string?)element.Attribute("class") == "loop");
    }

    [Fact]
    public void ACounterexample_BecomesAChart_OfThoseWhoTakePart()
    {
        var counterexample = new Counterexample(
            [new(null, []), new(new StepText("back", "B5", "waits", "front"), []), new(new StepText("back", "B6", "watches"), [new("back", "InitWait")])], 1);

        var chart = SequenceChart.Of("title", ["tool stack", "front", "back"], counterexample);

        Assert.Equal(["front", "back"], chart.Participants);
        Assert.Equal(["B5", "B6"], chart.Rows.Select(row => row.Code));
        Assert.Equal(1, chart.LoopsTo);
        Assert.Equal("InitWait", chart.Ending[0].Value);
    }

    [Fact]
    public void ARowOfNobody_IsRefused_WithThoseThereAre() =>
        Assert.Contains("expected one of front, back", Assert.Throws<ArgumentException>(() => ChartText.Draw(Chart with { Rows = [new("store", "", "x")] })).Message, StringComparison.Ordinal);
}
