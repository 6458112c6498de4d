namespace Conformance.Suite.Block.Scripted;

/// <summary>A file of zeroes of the operating system, for as long as it is used.</summary>
public sealed class TemporaryFile : IDisposable
{
    /// <summary>Makes it.</summary>
    /// <param name="bytes">Its length.</param>
    public TemporaryFile(int bytes)
    {
        Name = System.IO.Path.GetTempFileName();
        using var stream = File.OpenWrite(Name);
        stream.SetLength(bytes);
    }

    /// <summary>Its path.</summary>
    public string Name { get; }

    /// <summary>Its content.</summary>
    public byte[] Read() => File.ReadAllBytes(Name);

    /// <inheritdoc/>
    public void Dispose() => File.Delete(Name);
}
