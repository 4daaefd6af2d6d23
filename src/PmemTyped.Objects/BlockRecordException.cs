namespace PmemTyped;

/// <summary>A record was asked for where there is none that can be read.</summary>
public sealed class BlockRecordException : PmemException
{
    /// <summary>Initializes a new instance of the <see cref="BlockRecordException"/> class.</summary>
    /// <param name="path">The pool file.</param>
    /// <param name="index">Index of the record.</param>
    /// <param name="status">What was found instead.</param>
    public BlockRecordException(string path, long index, BlockRecordStatus status)
        : base(FormattableString.Invariant($"Cannot read record {index} of '{path}': {Explain(status)}"))
    {
        Path = path;
        Index = index;
        Status = status;
    }

    /// <summary>Gets the pool file.</summary>
    public string Path { get; }

    /// <summary>Gets the index of the record.</summary>
    public long Index { get; }

    /// <summary>Gets what was found instead of a record.</summary>
    public BlockRecordStatus Status { get; }

    private static string Explain(BlockRecordStatus status) => status switch
    {
        BlockRecordStatus.Empty => "nothing was ever written there. Use TryRead where that is normal.",
        BlockRecordStatus.Zeroed => "it was deleted. Use TryRead where that is normal.",
        BlockRecordStatus.NotARecord => "the block holds bytes without a record header. Something else wrote it.",
        BlockRecordStatus.OtherLayout => "the block holds a record of another layout or version.",
        BlockRecordStatus.Truncated => "the record claims to be longer than its block: the medium was damaged.",
        BlockRecordStatus.MarkedBad => "the block is marked bad. Write it to make it good again.",
        _ => "its checksum is wrong: the medium was damaged. Write it again from another source.",
    };
}
