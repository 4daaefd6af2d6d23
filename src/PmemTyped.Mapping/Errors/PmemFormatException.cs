namespace PmemTyped;

/// <summary>
/// The file is intact as far as can be seen, but it is not what was asked for: another kind of file, another
/// block size, another layout, a feature that this version does not know. Nothing was changed.
/// </summary>
public sealed class PmemFormatException : PmemException
{
    /// <summary>Initializes a new instance of the <see cref="PmemFormatException"/> class.</summary>
    /// <param name="path">The file.</param>
    /// <param name="structure">The structure looked at.</param>
    /// <param name="offset">Its byte offset in the file.</param>
    /// <param name="expected">What was expected there.</param>
    /// <param name="found">What was found.</param>
    /// <param name="nextStep">What the reader can do, one sentence.</param>
    public PmemFormatException(
        string path, string structure, long offset, string expected, string found, string nextStep)
        : base(FormattableString.Invariant(
            $"Cannot use '{path}': {structure} at offset 0x{offset:X} should be {expected}, but is {found}. {nextStep}"))
    {
        Path = path;
        Structure = structure;
        Offset = offset;
        Expected = expected;
        Found = found;
    }

    /// <summary>Gets the file.</summary>
    public string Path { get; }

    /// <summary>Gets the structure looked at.</summary>
    public string Structure { get; }

    /// <summary>Gets its byte offset in the file.</summary>
    public long Offset { get; }

    /// <summary>Gets what was expected.</summary>
    public string Expected { get; }

    /// <summary>Gets what was found.</summary>
    public string Found { get; }
}
