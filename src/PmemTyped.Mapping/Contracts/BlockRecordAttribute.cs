namespace PmemTyped;

/// <summary>Chooses the block size in which records of a layout are kept. Without it the record size, rounded up, is used.</summary>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class BlockRecordAttribute : Attribute
{
    /// <summary>Gets or sets the block size in bytes; at least 512 and the record size.</summary>
    public int BlockSize { get; set; }
}
