namespace PmemTyped.Blocks.Btt;

/// <summary>Where the contents of several blocks come from.</summary>
internal interface IBlockContents
{
    /// <summary>The content of the n-th block.</summary>
    ReadOnlySpan<byte> this[int number] { get; }
}
