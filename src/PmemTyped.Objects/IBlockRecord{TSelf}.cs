namespace PmemTyped;

/// <summary>
/// A layout that can be kept as one record per block. Implemented by the generator; do not implement it by hand.
/// </summary>
/// <typeparam name="TSelf">The layout itself.</typeparam>
public interface IBlockRecord<TSelf> : IPersistentLayout<TSelf>
    where TSelf : unmanaged, IBlockRecord<TSelf>
{
    /// <summary>Gets header and payload in bytes.</summary>
    static abstract int RecordSize { get; }

    /// <summary>Gets the block size in bytes that pools of this record use.</summary>
    static abstract int BlockSize { get; }

    /// <summary>Encodes a record; the rest of the block becomes zero.</summary>
    /// <param name="value">The record.</param>
    /// <param name="block">A block of at least <see cref="RecordSize"/> bytes.</param>
    static abstract void Write(in TSelf value, Span<byte> block);

    /// <summary>Decodes a record. Never throws, whatever the bytes are.</summary>
    /// <param name="block">The bytes of a block.</param>
    /// <param name="value">The record, or default unless the result is Ok.</param>
    static abstract BlockRecordStatus TryRead(ReadOnlySpan<byte> block, out TSelf value);
}
