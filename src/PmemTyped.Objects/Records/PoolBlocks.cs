using PmemTyped.Blocks;

namespace PmemTyped.Objects.Records;

/// <summary>The blocks of a pool.</summary>
internal readonly struct PoolBlocks(BlockPool pool) : IRecordBlocks
{
    public string Path => pool.Path;

    public int BlockBytes => pool.BlockSize;

    public long BlockCount => pool.BlockCount;

    public bool IsReadOnly => pool.IsReadOnly;

    public BlockState TryRead(long block, Span<byte> destination) => pool.TryRead(block, destination);

    public void Prefetch(long block) => pool.Prefetch(block);

    public void Preload(long first, long count) => pool.Preload(first, count);

    public BlockState GetState(long block) => pool.GetState(block);

    public void Write(long block, ReadOnlySpan<byte> content) => pool.Write(block, content);

    public void WriteMany(ReadOnlySpan<long> blocks, ReadOnlySpan<byte> contents) => pool.WriteMany(blocks, contents);

    public void SetZero(long block) => pool.SetZero(block);

    public void ReadApplicationArea(Span<byte> destination) => pool.ReadApplicationArea(destination);

    public void InitializeApplicationArea(ReadOnlyMemory<byte> source, int offset) =>
        pool.InitializeApplicationArea(source, offset);

    public void RetractApplicationArea(int offset) => pool.RetractApplicationArea(offset);
}
