namespace PmemTyped.Blocks.Btt;

/// <summary>A block that waits to be written; without a block, somebody who waits for all before.</summary>
internal sealed class WriteRequest(long? block, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
{
    internal long? Block { get; } = block;

    internal ReadOnlyMemory<byte> Content { get; } = content;

    internal CancellationToken Cancellation { get; } = cancellation;
}
