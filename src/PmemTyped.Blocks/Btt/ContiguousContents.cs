namespace PmemTyped.Blocks.Btt;

/// <summary>Contents that lie one behind the other.</summary>
internal readonly ref struct ContiguousContents(ReadOnlySpan<byte> contents, int blockBytes) : IBlockContents
{
    private readonly ReadOnlySpan<byte> _contents = contents;

    public ReadOnlySpan<byte> this[int number] => _contents.Slice(number * blockBytes, blockBytes);
}
