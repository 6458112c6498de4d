using System.Text;

namespace Conformance.Cli;

/// <summary>Standard output or error. Once nobody reads it any more (<c>| head</c>), what is written is dropped and the program goes on.</summary>
internal sealed class PipeWriter(TextWriter inner) : TextWriter
{
    private bool closed;

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Guard(() => inner.Write(value));

    public override void Write(string? value) => Guard(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Guard(() => inner.Write(buffer, index, count));

    public override void Flush() => Guard(inner.Flush);

    private void Guard(Action write)
    {
        if (closed)
        {
            return;
        }

        try
        {
            write();
        }
        catch (IOException)
        {
            closed = true;
        }
    }
}
