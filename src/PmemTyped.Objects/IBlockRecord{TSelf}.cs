namespace PmemTyped;

/// <summary>
/// A layout that can be kept as records in blocks. Implemented by the generator; do not implement it by hand.
/// </summary>
/// <typeparam name="TSelf">The layout itself.</typeparam>
public interface IBlockRecord<TSelf> : IPersistentLayout<TSelf>
    where TSelf : unmanaged, IBlockRecord<TSelf>
{
    /// <summary>Gets header and payload in bytes.</summary>
    static abstract int RecordSize { get; }

    /// <summary>Gets the block size in bytes that pools of this record use.</summary>
    static abstract int BlockSize { get; }

    /// <summary>Gets a value indicating whether a block holds as many records as fit, instead of one.</summary>
    static virtual bool IsPacked => false;

    /// <summary>Encodes a record; the rest of the block becomes zero.</summary>
    /// <param name="value">The record.</param>
    /// <param name="block">A block of at least <see cref="RecordSize"/> bytes.</param>
    static abstract void Write(in TSelf value, Span<byte> block);

    /// <summary>Decodes a record. Never throws, whatever the bytes are.</summary>
    /// <param name="block">The bytes of a block.</param>
    /// <param name="value">The record, or default unless the result is Ok.</param>
    static abstract BlockRecordStatus TryRead(ReadOnlySpan<byte> block, out TSelf value);

    /// <summary>
    /// Decodes a record of this layout or of one that it migrates from, which is taken through the steps marked
    /// [MigratesFrom]. Throws only what these steps throw.
    /// </summary>
    /// <param name="block">The bytes of a block.</param>
    /// <param name="value">The record, or default unless the result is Ok.</param>
    static virtual BlockRecordStatus TryReadAny(ReadOnlySpan<byte> block, out TSelf value) => TSelf.TryRead(block, out value);

    /// <summary>Names the layouts that <see cref="TryReadAny"/> reads beside this one.</summary>
    /// <param name="visitor">Its Reference is called for each, possibly again.</param>
    static virtual void VisitAncestors(ILayoutVisitor visitor)
    {
    }
}
