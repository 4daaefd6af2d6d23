namespace PmemTyped;

/// <summary>Chooses the block size in which records of a layout are kept. Without it the record size, rounded up, is used.</summary>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class BlockRecordAttribute : Attribute
{
    /// <summary>Gets or sets the block size in bytes; at least 512 and the record size.</summary>
    public int BlockSize { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether a block holds as many records as fit, at least two, each with its header of
    /// 32 bytes. A write of one reads its block, changes the record and writes the block, so it is atomic as any other, and
    /// records of one block are written one after the other.
    /// </summary>
    public bool Pack { get; set; }
}
