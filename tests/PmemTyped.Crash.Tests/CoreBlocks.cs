using PmemTyped.Blocks;
using PmemTyped.Blocks.Btt;
using PmemTyped.Mapping;
using PmemTyped.Objects.Records;

namespace PmemTyped.Crash.Tests;

/// <summary>The blocks of a pool over any medium, for the records of crash scenarios.</summary>
internal readonly struct CoreBlocks<TMedium>(BlockPoolCore<TMedium> pool) : IRecordBlocks
    where TMedium : struct, IPmemMedium
{
    public string Path => pool.Path;

    public int BlockBytes => pool.Table.BlockBytes;

    public long BlockCount => Math.Min(pool.Table.Blocks, RecordImages.Blocks);

    public bool IsReadOnly => false;

    public BlockState TryRead(long block, Span<byte> destination) => pool.Table.Read(block, destination);

    public void Prefetch(long block) => pool.Table.Prefetch(block);

    public void Preload(long first, long count) => pool.Table.Preload(first, count);

    public BlockState GetState(long block) => pool.Table.GetState(block);

    public void Write(long block, ReadOnlySpan<byte> content) => pool.Table.Write(block, content);

    public void WriteMany(ReadOnlySpan<long> blocks, ReadOnlySpan<byte> contents) =>
        pool.Table.WriteMany(blocks, new ContiguousContents(contents, BlockBytes));

    public void SetZero(long block) => pool.Table.SetZero(block);

    public void ReadApplicationArea(Span<byte> destination) => pool.ReadApplicationArea(destination);

    public void InitializeApplicationArea(ReadOnlyMemory<byte> source, int offset) =>
        pool.InitializeApplicationArea(source.Span, offset);

    public void RetractApplicationArea(int offset) => pool.RetractApplicationArea(offset);
}
