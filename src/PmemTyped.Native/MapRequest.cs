namespace PmemTyped.Native;

/// <summary>What is to be mapped and how; every number was checked by the layer above.</summary>
/// <param name="Descriptor">The open file; null for anonymous memory.</param>
/// <param name="OffsetBytes">First byte of the file, a multiple of the page size.</param>
/// <param name="LengthBytes">Bytes to map, greater than zero. Address space is taken in whole pages.</param>
/// <param name="Protection">PROT_READ, PROT_WRITE and PROT_EXEC, as the numbers 1, 2 and 4.</param>
/// <param name="IsPrivate">Copy-on-write: stores stay in this process.</param>
/// <param name="AlignmentBytes">A power of two that the address must at least be a multiple of.</param>
/// <param name="Hint">The lowest address to use; null lets the kernel choose.</param>
/// <param name="ReadsAhead">Whether the kernel may read more than the page that is touched.</param>
public readonly record struct MapRequest(
    SafeFileDescriptor? Descriptor,
    long OffsetBytes,
    long LengthBytes,
    int Protection,
    bool IsPrivate,
    long AlignmentBytes = 0,
    long? Hint = null,
    bool ReadsAhead = false);
