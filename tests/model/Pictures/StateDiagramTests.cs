using System.Xml.Linq;
using Conformance.Model.Checking;
using Conformance.Model.Connection;
using Conformance.Model.Pictures;

namespace Conformance.Tests.Model.Pictures;

public sealed class StateDiagramTests
{
    private static readonly StateDiagram Small = new(
        "Two: and <more>",
        [new("A", "Initialising, gone", 0, 0), new("B", "Connected, Connected", 0, 1, IsRest: true), new("C", "far", 0, 3), new("D", "below", 2, 0), new("E", "beside", 1, 1)],
        [new("A", "B", "B12"), new("A", "C", "F<8>"), new("C", "A", "F25"), new("A", "D", "down"), new("D", "A", "up"), new("A", "E", "both")]);

    [Fact]
    public void Mermaid_NamesEveryState_AndEveryArrow() => Assert.Equal(
        """
        ---
        title: Two - and <more>
        ---
        stateDiagram-v2
            direction LR
            state "Initialising, gone" as A
            state "Connected, Connected" as B
            state "far" as C
            state "below" as D
            state "beside" as E
            A --> B : B12
            A --> C : F<8>
            C --> A : F25
            A --> D : down
            D --> A : up
            A --> E : both

        """,
        Small.ToMermaid());

    [Fact]
    public void Svg_IsWellFormed_HasABoxForEachState_AndAnArrowForEachMove_InsideThePicture()
    {
        var root = XDocument.Parse(DiagramSvg.Draw(Small, "a note")).Root!;
        XNamespace svg = "http://www.w3.org/2000/svg";

        var boxes = root.Elements(svg + "rect").ToList();
        Assert.Equal(Small.Nodes.Count, boxes.Count);
        Assert.Single(boxes, box => box.Attribute("class")!.Value == "cell steady");
        Assert.Equal(Small.Arrows.Count, root.Elements().Count(element => element.Attribute("marker-end") is not null));
        Assert.Equal(boxes.Count, boxes.Select(box => (box.Attribute("x")!.Value, box.Attribute("y")!.Value)).Distinct().Count());
        int width = int.Parse(root.Attribute("width")!.Value, System.Globalization.CultureInfo.InvariantCulture);
        int height = int.Parse(root.Attribute("height")!.Value, System.Globalization.CultureInfo.InvariantCulture);
        Assert.All(boxes, box => Assert.True((int)box.Attribute("x")! + (int)box.Attribute("width")! <= width && (int)box.Attribute("y")! + (int)box.Attribute("height")! <= height));
        Assert.Contains(root.Elements(svg + "text"), text => text.Value == "F<8>");
        Assert.Contains(root.Elements(svg + "text"), text => text.Value == "a note");
        Assert.Empty(root.Descendants(svg + "script"));
    }

    [Fact]
    public void TheLifeOfAnEnd_HasThePathOfTheHeader()
    {
        var product = ConnectionProduct.Of([.. ConnectionModels.Systems(ModelBounds.Default).Where(system => system.Name is "connection/attach" or "connection/reconnect")]);

        var front = ConnectionDiagrams.OfOne(product, ConnectionParticipant.Front).Arrows;
        Assert.Contains(new("Initialising", "Initialised", "F8"), front);
        Assert.Contains(new("Initialised", "Connected", "F10"), front);
        Assert.Contains(new("Closing", "Closed", "F23"), front);
        var back = ConnectionDiagrams.OfOne(product, ConnectionParticipant.Back).Arrows;
        Assert.Contains(new("InitWait", "Connected", "B12"), back);
        Assert.Contains(new("Closing", "Closed", "B24"), back);
        Assert.Contains(new("InitWait", "Closing", "tool stack"), back);
    }
}
