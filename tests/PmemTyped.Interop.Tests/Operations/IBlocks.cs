namespace PmemTyped.Interop.Tests.Operations;

/// <summary>An open pool, whoever opened it.</summary>
internal interface IBlocks : IDisposable
{
    int BlockSize { get; }

    long BlockCount { get; }

    BlockOutcome Read(long block, Span<byte> destination);

    BlockOutcome Write(long block, ReadOnlySpan<byte> source);

    BlockOutcome SetZero(long block);

    BlockOutcome SetError(long block);
}
