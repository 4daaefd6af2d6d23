namespace PmemTyped;

/// <summary>The pool was written with another layout than the program uses. Nothing was changed.</summary>
public sealed class LayoutMismatchException : PmemException
{
    /// <summary>Initializes a new instance of the <see cref="LayoutMismatchException"/> class.</summary>
    /// <param name="path">The pool file.</param>
    /// <param name="stored">Description in the pool, or null for an untyped pool.</param>
    /// <param name="current">Description of the program's layout.</param>
    /// <param name="differences">What differs, a line each.</param>
    /// <param name="nextStep">What the reader can do, one sentence.</param>
    public LayoutMismatchException(
        string path, string? stored, string current, IReadOnlyList<string> differences, string nextStep)
        : base($"Cannot open '{path}' with this layout. {nextStep}\n"
            + string.Join('\n', differences.Select(d => "  " + d)))
    {
        Path = path;
        Stored = stored;
        Current = current;
        Differences = differences;
    }

    /// <summary>Gets the pool file.</summary>
    public string Path { get; }

    /// <summary>Gets the description in the pool, or null for an untyped pool.</summary>
    public string? Stored { get; }

    /// <summary>Gets the description of the program's layout.</summary>
    public string Current { get; }

    /// <summary>Gets what differs, field by field.</summary>
    public IReadOnlyList<string> Differences { get; }
}
