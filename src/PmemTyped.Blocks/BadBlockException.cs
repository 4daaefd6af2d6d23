namespace PmemTyped.Blocks;

/// <summary>The block is marked bad and has no content. Writing it makes it good again.</summary>
public sealed class BadBlockException : PmemException
{
    /// <summary>Initializes a new instance of the <see cref="BadBlockException"/> class.</summary>
    /// <param name="path">The pool file.</param>
    /// <param name="block">Block number.</param>
    public BadBlockException(string path, long block)
        : base(FormattableString.Invariant(
            $"Cannot read block {block} of '{path}': it is marked bad. Write it to make it good again."))
    {
        Path = path;
        Block = block;
    }

    /// <summary>Gets the pool file.</summary>
    public string Path { get; }

    /// <summary>Gets the block number.</summary>
    public long Block { get; }
}
