namespace PmemTyped.Sets;

/// <summary>Which bytes of a source become a part. Immutable. (struct pmemset_map_config; sets specification, section 6.1)</summary>
public sealed record PmemSetMapConfig
{
    /// <summary>Gets the first byte of the source, a multiple of its alignment. Default 0.</summary>
    /// <exception cref="PmemSetException">OFFSET_OUT_OF_RANGE: it is negative.</exception>
    public long OffsetBytes
    {
        get;
        init => field = value >= 0
            ? value
            : throw new PmemSetException(
                PmemSetError.OffsetOutOfRange,
                FormattableString.Invariant($"A part cannot begin at offset {value}. Give 0 or more."));
    }

    /// <summary>
    /// Gets the number of bytes, a multiple of the page size; 0, the default, for all from the offset to the end of the source.
    /// </summary>
    /// <exception cref="PmemSetException">LENGTH_OUT_OF_RANGE: it is negative.</exception>
    public long LengthBytes
    {
        get;
        init => field = value >= 0
            ? value
            : throw new PmemSetException(
                PmemSetError.LengthOutOfRange,
                FormattableString.Invariant($"A part cannot have {value} bytes. Give 0 for all to the end, or more."));
    }
}
