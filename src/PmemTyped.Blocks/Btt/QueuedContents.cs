namespace PmemTyped.Blocks.Btt;

/// <summary>Contents of requests.</summary>
internal readonly struct QueuedContents(List<WriteRequest> requests) : IBlockContents
{
    public ReadOnlySpan<byte> this[int number] => requests[number].Content.Span;
}
