using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Conformance.Suite.Cases;

/// <summary>What the methods of an assembly claim, from the documentation file that the compiler puts beside it.</summary>
internal sealed partial class CaseDocs
{
    private readonly Dictionary<string, string> summaries;

    private CaseDocs(Dictionary<string, string> summaries) => this.summaries = summaries;

    /// <summary>Reads the file; an assembly without one has no summaries, which costs reports a sentence and nothing else.</summary>
    public static CaseDocs Of(Assembly assembly)
    {
        string file = Path.ChangeExtension(assembly.Location, ".xml");
        if (!File.Exists(file))
        {
            return new CaseDocs([]);
        }

        try
        {
            return new CaseDocs(XDocument.Load(file).Descendants("member")
                .Where(member => member.Element("summary") is not null)
                .ToDictionary(member => (string)member.Attribute("name")!, member => Flatten(member.Element("summary")!)));
        }
        catch (XmlException)
        {
            return new CaseDocs([]);
        }
    }

    /// <summary>The summary in one line; empty when there is none.</summary>
    public string SummaryOf(MethodInfo method)
    {
        string parameters = string.Join(',', method.GetParameters().Select(parameter => parameter.ParameterType.FullName));
        return summaries.GetValueOrDefault($"M:{method.DeclaringType?.FullName?.Replace('+', '.')}.{method.Name}({parameters})", "");
    }

    private static string Flatten(XElement summary) =>
        Space().Replace(string.Concat(summary.DescendantNodes().Select(node => node switch
        {
            XText text => text.Value,
            XElement { Name.LocalName: "see" or "paramref" } reference => LastName(reference),
            _ => "",
        })), " ").Trim();

    private static string LastName(XElement reference) =>
        ((string?)reference.Attribute("cref") ?? (string?)reference.Attribute("name") ?? "").Split('.', ':')[^1];

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
