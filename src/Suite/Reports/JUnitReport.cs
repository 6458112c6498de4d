using System.Globalization;
using System.Text;
using System.Xml;

namespace Conformance.Suite.Reports;

/// <summary>The JUnit XML form of reports, which CI systems read. Known divergences and cases that do not apply are skipped there.</summary>
public static class JUnitReport
{
    /// <summary>Writes a report.</summary>
    public static string Write(RunReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        using var text = new Utf8Writer();
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { Indent = true }))
        {
            xml.WriteStartElement("testsuites");
            WriteSuite(xml, report);
            xml.WriteEndElement();
        }

        return text + "\n";
    }

    private static void WriteSuite(XmlWriter xml, RunReport report)
    {
        var summary = report.Summary;
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", Clean(report.Target));
        WriteNumber(xml, "tests", summary.Cases);
        WriteNumber(xml, "failures", summary.Fail - summary.ExpectedFail);
        WriteNumber(xml, "errors", summary.Inconclusive);
        WriteNumber(xml, "skipped", summary.NotApplicable + summary.ExpectedFail);
        xml.WriteAttributeString("time", Seconds(report.Milliseconds));
        xml.WriteAttributeString("timestamp", report.Started.UtcDateTime.ToString("s", CultureInfo.InvariantCulture));
        xml.WriteStartElement("properties");
        WriteProperty(xml, "conclusion", report.Conclusion);
        WriteProperty(xml, "seed", report.Seed.ToString(CultureInfo.InvariantCulture));
        WriteProperty(xml, "command", report.Command);
        WriteProperty(xml, "uses", report.Uses);
        xml.WriteEndElement();
        foreach (var found in report.Cases)
        {
            WriteCase(xml, found);
        }

        xml.WriteEndElement();
    }

    private static void WriteCase(XmlWriter xml, CaseReport found)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", found.Clauses[0]);
        xml.WriteAttributeString("name", Clean(found.Id));
        xml.WriteAttributeString("time", Seconds(found.Milliseconds));
        switch (found.Verdict)
        {
            case Wording.Fail when found.Expected:
                WriteOutcome(xml, "skipped", $"known divergence: {found.Divergence?.DoesInstead}", null, null);
                break;
            case Wording.Fail:
                WriteOutcome(xml, "failure", found.Message, $"{found.Clause}, blame {found.Blame}", ExchangeText.Render(found));
                break;
            case Wording.Inconclusive:
                WriteOutcome(xml, "error", found.Message, Wording.Inconclusive, ExchangeText.Render(found));
                break;
            case Wording.NotApplicable:
                WriteOutcome(xml, "skipped", found.Message, null, null);
                break;
        }

        xml.WriteEndElement();
    }

    private static void WriteOutcome(XmlWriter xml, string element, string message, string? type, string? text)
    {
        xml.WriteStartElement(element);
        xml.WriteAttributeString("message", Clean(message));
        if (type is not null)
        {
            xml.WriteAttributeString("type", type);
        }

        xml.WriteString(Clean(text ?? ""));
        xml.WriteEndElement();
    }

    private static void WriteProperty(XmlWriter xml, string name, string value)
    {
        xml.WriteStartElement("property");
        xml.WriteAttributeString("name", name);
        xml.WriteAttributeString("value", Clean(value));
        xml.WriteEndElement();
    }

    private static void WriteNumber(XmlWriter xml, string name, int value) =>
        xml.WriteAttributeString(name, value.ToString(CultureInfo.InvariantCulture));

    private static string Seconds(long milliseconds) => (milliseconds / 1000.0).ToString("0.000", CultureInfo.InvariantCulture);

    // XML cannot carry every character that a daemon can send.
    private static string Clean(string text) =>
        text.All(XmlConvert.IsXmlChar) ? text : new string([.. text.Select(c => XmlConvert.IsXmlChar(c) ? c : '\uFFFD')]);

    private sealed class Utf8Writer() : StringWriter(CultureInfo.InvariantCulture)
    {
        public override Encoding Encoding => Encoding.UTF8;
    }
}
