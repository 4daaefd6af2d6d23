namespace PmemTyped.Sets.PoolSets;

/// <summary>One part line.</summary>
/// <param name="Path">Absolute path of a file, a dax device or a directory.</param>
/// <param name="LengthBytes">Its size in bytes; 0 stands for AUTO, the size of a device.</param>
/// <param name="Line">Where it stands, from 1; 0 for a part that was not read from a file.</param>
public sealed record PoolSetFilePart(string Path, long LengthBytes, int Line = 0)
{
    /// <summary>Gets a value indicating whether the size is that of the device.</summary>
    public bool IsAuto => LengthBytes == 0;
}
