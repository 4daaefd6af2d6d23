namespace PmemTyped;

/// <summary>
/// The bytes on the medium contradict themselves: a wrong checksum, a structure beyond the end, a block used
/// twice. Reported, never repaired silently; nothing was changed.
/// </summary>
public sealed class PmemCorruptionException : PmemException
{
    /// <summary>Initializes a new instance of the <see cref="PmemCorruptionException"/> class.</summary>
    /// <param name="path">The file.</param>
    /// <param name="structure">The damaged structure.</param>
    /// <param name="offset">Its byte offset in the file.</param>
    /// <param name="expected">What a sound structure would hold.</param>
    /// <param name="found">What was found.</param>
    /// <param name="nextStep">What the reader can do, one sentence.</param>
    public PmemCorruptionException(
        string path, string structure, long offset, string expected, string found, string nextStep)
        : base(FormattableString.Invariant(
            $"'{path}' is damaged: {structure} at offset 0x{offset:X} should be {expected}, but is {found}. {nextStep}"))
    {
        Path = path;
        Structure = structure;
        Offset = offset;
        Expected = expected;
        Found = found;
    }

    /// <summary>Gets the file.</summary>
    public string Path { get; }

    /// <summary>Gets the damaged structure.</summary>
    public string Structure { get; }

    /// <summary>Gets its byte offset in the file.</summary>
    public long Offset { get; }

    /// <summary>Gets what a sound structure would hold.</summary>
    public string Expected { get; }

    /// <summary>Gets what was found.</summary>
    public string Found { get; }
}
