namespace Conformance.Cli.Demo;

/// <summary>The beginning of somebody's image, put back when this is disposed, whatever happened in between.</summary>
internal sealed class KeptContent : IDisposable
{
    private readonly string path;
    private readonly byte[] content;

    private KeptContent(string path, byte[] content)
    {
        this.path = path;
        this.content = content;
    }

    /// <summary>Keeps the first bytes of a file or device.</summary>
    /// <exception cref="CommandException">It cannot be read and written.</exception>
    public static KeptContent Of(string path, int bytes)
    {
        try
        {
            using var file = File.Open(path, FileMode.Open, FileAccess.ReadWrite);
            var content = new byte[bytes];
            return new KeptContent(path, content[..file.ReadAtLeast(content, bytes, throwOnEndOfStream: false)]);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandException.BadUsage($"expected an image to read and write, found '{path}': {failure.Message}");
        }
    }

    public void Dispose()
    {
        using var file = File.Open(path, FileMode.Open, FileAccess.ReadWrite);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }
}
