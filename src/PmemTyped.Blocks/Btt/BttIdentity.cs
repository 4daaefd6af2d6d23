namespace PmemTyped.Blocks.Btt;

/// <summary>What the table needs to know of header and descriptor.</summary>
/// <param name="Path">The pool file, for messages.</param>
/// <param name="Pool">Identity of the pool, repeated in every info block.</param>
/// <param name="BlockBytes">Block size.</param>
/// <param name="IsZeroed">Whether the file was known to be zero when the pool was made.</param>
/// <param name="ReadOnlyBecause">Why writes are refused and what helps, in sentences, or null.</param>
internal sealed record BttIdentity(string Path, Guid Pool, int BlockBytes, bool IsZeroed, string? ReadOnlyBecause)
{
    internal bool IsReadOnly => ReadOnlyBecause is not null;
}
