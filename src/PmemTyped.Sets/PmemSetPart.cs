using System.Diagnostics.CodeAnalysis;

namespace PmemTyped.Sets;

/// <summary>
/// A piece of a source that is meant for a set and not mapped yet: the two steps of libpmemset 1.11, on top of
/// <see cref="PmemSet.Map(PmemSetSource, PmemSetMapConfig)"/>. Shutdown states are ignored, as they were there; a file grows
/// only where that is asked for. (pmemset_part_new; sets specification, section 1)
/// </summary>
public sealed class PmemSetPart
{
    private readonly PmemSet _set;
    private readonly PmemSetSource _source;
    private readonly long _offsetBytes;
    private readonly long _lengthBytes;
    private readonly bool _growsFile;

    private PmemSetPart(PmemSet set, PmemSetSource source, long offsetBytes, long lengthBytes, bool growsFile)
    {
        _set = set;
        _source = source;
        _offsetBytes = offsetBytes;
        _lengthBytes = lengthBytes;
        _growsFile = growsFile;
    }

    /// <summary>Puts set, source and range together. Nothing is mapped, and offset and length are checked by the map.</summary>
    /// <param name="set">The set.</param>
    /// <param name="source">Where the bytes are; looked at again, as its path may lead nowhere by now.</param>
    /// <param name="offset">First byte of the source.</param>
    /// <param name="length">Number of bytes; 0, with offset 0, for the whole source.</param>
    /// <param name="truncateIfNeeded">Whether the file grows when it is too short (PMEMSET_SOURCE_FILE_TRUNCATE_IF_NEEDED).</param>
    /// <exception cref="PmemSetException">INVALID_SOURCE_TYPE: no source. INVALID_SOURCE_PATH: its file has no name any more.</exception>
    public static PmemSetPart Create(
        PmemSet set, PmemSetSource? source, long offset, long length, bool truncateIfNeeded = false)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (source is null)
        {
            throw new PmemSetException(PmemSetError.InvalidSourceType, "A part needs a source; none was given.");
        }

        if (source.OpenedPath is { } path && !File.Exists(path))
        {
            throw new PmemSetException(
                PmemSetError.InvalidSourcePath, $"'{path}' does not exist any more, so no part can be made of it.");
        }

        return new PmemSetPart(set, source, offset, length, truncateIfNeeded || source.IsTemporary);
    }

    /// <summary>Maps a part into its set. (pmemset_part_map)</summary>
    /// <param name="part">The part; null after success, kept after a failure.</param>
    /// <returns>The whole part of the set that it became or continues.</returns>
    /// <exception cref="PmemSetException">
    /// The conditions of the sets specification, section 1.1: INVALID_OFFSET_VALUE, INVALID_PMEM2_MAP, LENGTH_UNALIGNED,
    /// CANNOT_COALESCE_PARTS, CANNOT_GROW_SOURCE_FILE (there CANNOT_TRUNCATE_SOURCE_FILE), CANNOT_FIT_PART_MAP, or ENOMEM.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    public static PmemSetDescriptor Map([DisallowNull] ref PmemSetPart? part)
    {
        ArgumentNullException.ThrowIfNull(part);
        PmemSetDescriptor descriptor = part.Map();
        part = null;
        return descriptor;
    }

    private PmemSetDescriptor Map()
    {
        if (_offsetBytes < 0)
        {
            throw new PmemSetException(
                PmemSetError.InvalidOffsetValue,
                FormattableString.Invariant($"A part of '{_source.Path}' cannot begin at offset {_offsetBytes}."));
        }

        long sourceBytes = _source.GetLengthBytes();
        long lengthBytes = _lengthBytes == 0 && _offsetBytes == 0 ? sourceBytes : _lengthBytes;
        if (lengthBytes < 0)
        {
            throw new PmemSetException(
                _growsFile ? PmemSetError.CannotGrowSourceFile : PmemSetError.InvalidPmem2Map,
                FormattableString.Invariant($"A part of '{_source.Path}' cannot have {lengthBytes} bytes."));
        }

        bool fits = _offsetBytes <= sourceBytes && lengthBytes <= sourceBytes - _offsetBytes;
        if (lengthBytes == 0 || (!fits && !_growsFile))
        {
            throw new PmemSetException(
                PmemSetError.InvalidPmem2Map,
                FormattableString.Invariant(
                    $"Cannot map {lengthBytes} bytes at offset 0x{_offsetBytes:X} of '{_source.Path}', which has {sourceBytes}. Map inside it, or let it be truncated to fit."));
        }

        return _set.Map(_source, _offsetBytes, lengthBytes, _growsFile);
    }
}
