namespace PmemTyped.Testing;

/// <summary>A directory of one test, removed at its end.</summary>
public sealed class TempDirectory : IDisposable
{
    private TempDirectory(string parent)
    {
        Path = System.IO.Path.Combine(parent, "pmemtyped-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    /// <summary>In the system's temporary directory.</summary>
    public static TempDirectory Create() => new(System.IO.Path.GetTempPath());

    /// <summary>In shared memory where there is some, so that msync costs nothing; elsewhere as <see cref="Create"/>.</summary>
    public static TempDirectory CreateInMemory() =>
        new(Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath());

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
