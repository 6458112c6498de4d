using Conformance.Suite.Documents;
using HandlebarsDotNet;

namespace Conformance.Suite.Reports.Html;

/// <summary>A page of this build: a Handlebars template with the shared style and script. Text is encoded unless it is markup of our own.</summary>
internal sealed class HtmlTemplate
{
    private readonly HandlebarsTemplate<object, object> body;
    private readonly HandlebarsTemplate<object, object> frame;

    public HtmlTemplate(string name)
    {
        var handlebars = Handlebars.Create(new HandlebarsConfiguration { ThrowOnUnresolvedBindingExpression = true });
        body = handlebars.Compile(EmbeddedText.Read($"Html/{name}.hbs"));
        frame = handlebars.Compile(EmbeddedText.Read("Html/page.hbs"));
    }

    /// <summary>One self-contained page.</summary>
    public string Render(string title, object view) => frame(new
    {
        Title = title,
        Style = EmbeddedText.Read("Html/page.css"),
        Script = EmbeddedText.Read("Html/filter.js"),
        Body = body(view),
    });
}
