using PmemTyped.Blocks;

namespace PmemTyped.Objects.Records;

/// <summary>
/// The blocks under records: those of a pool, or of a crash test over a recording medium. What the members promise is said
/// at <see cref="BlockPool"/>.
/// </summary>
internal interface IRecordBlocks
{
    string Path { get; }

    int BlockBytes { get; }

    long BlockCount { get; }

    bool IsReadOnly { get; }

    BlockState TryRead(long block, Span<byte> destination);

    void Prefetch(long block);

    void Preload(long first, long count);

    BlockState GetState(long block);

    void Write(long block, ReadOnlySpan<byte> content);

    void WriteMany(ReadOnlySpan<long> blocks, ReadOnlySpan<byte> contents);

    void SetZero(long block);

    void ReadApplicationArea(Span<byte> destination);

    void InitializeApplicationArea(ReadOnlyMemory<byte> source, int offset);

    void RetractApplicationArea(int offset);
}
