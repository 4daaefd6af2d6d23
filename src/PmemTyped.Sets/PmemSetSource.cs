using PmemTyped.Mapping;
using PmemTyped.Mapping.Devices;
using PmemTyped.Native.Linux;
using PmemTyped.Sets.Parts;

namespace PmemTyped.Sets;

/// <summary>
/// Where parts of sets come from: a file, or memory that is mapped already. Parts stay when it is disposed, and keep what they
/// need of it. Threads: safe. (struct pmemset_source; sets specification, section 5)
/// </summary>
public sealed partial class PmemSetSource : IDisposable
{
    private readonly Lock _stateLock = new();
    private readonly PmemSource? _inner;
    private readonly PmemMap? _map;
    private readonly bool _isBorrowed;
    private PartShutdownState? _shutdownState;
    private int _liveMaps;

    private PmemSetSource(PmemSource inner, bool isBorrowed, bool grows)
    {
        _inner = inner;
        _isBorrowed = isBorrowed;
        Grows = grows;
    }

    private PmemSetSource(PmemMap map) => _map = map;

    /// <summary>Gets the path, for messages.</summary>
    public string Path => _inner?.Path ?? _map!.Path;

    /// <summary>Gets what offsets and lengths of parts must be multiples of. (pmemset_source_alignment)</summary>
    public long AlignmentBytes => _inner?.AlignmentBytes ?? Environment.SystemPageSize;

    /// <summary>
    /// Gets or sets a value indicating whether a map first looks for bad blocks, raises
    /// <see cref="PmemSetEventKind.BadBlock"/> for each, and refuses the source if some remain. Default false.
    /// (pmemset_source_set_badblock_detection)
    /// </summary>
    public bool DetectsBadBlocks { get; set; }

    /// <summary>Gets a copy of the shutdown state as it should be stored now, or null when none was given.</summary>
    public PartShutdownState? ShutdownState
    {
        get
        {
            lock (_stateLock)
            {
                return _shutdownState;
            }
        }
    }

    /// <summary>
    /// Gets the state that the last map of this source found, also one that was refused for it; None before, and without a
    /// shutdown state.
    /// </summary>
    public PartStates PartState { get; private set; }

    internal PmemSource? Inner => _inner;

    internal PmemMap? Map => _map;

    internal bool Grows { get; }

    /// <summary>Gets the path that this source opened a file by, or null.</summary>
    internal string? OpenedPath { get; private init; }

    internal bool IsTemporary { get; private init; }

    /// <summary>Gets the lock that keeps the size of the file still between growing and mapping; taken before a set's lock.</summary>
    internal Lock SizeLock { get; } = new();

    internal ISetDevices Devices { get; set; } = SetDevices.OfThisMachine;

    internal int LiveMaps => Volatile.Read(ref _liveMaps);

    /// <summary>The current size. (pmemset_source_size)</summary>
    /// <returns>Bytes.</returns>
    /// <exception cref="PmemSetException">The file cannot be examined.</exception>
    public long GetLengthBytes()
    {
        try
        {
            return _inner?.GetLengthBytes() ?? _map!.LengthBytes;
        }
        catch (PmemIOException refusal)
        {
            throw PmemSetException.System(refusal);
        }
    }

    /// <summary>
    /// Gives the source a shutdown state, which every later map evaluates. The state given is never changed: what should be
    /// stored comes with <see cref="PmemSetEventKind.SdsUpdate"/>, and with <see cref="ShutdownState"/>.
    /// (pmemset_source_set_sds; sets specification, section 9)
    /// </summary>
    /// <param name="stored">As the application last stored it; <see cref="PartShutdownState.Fresh"/> for new data.</param>
    /// <exception cref="PmemSetException">
    /// SDS_ALREADY_SET: it has one. SDS_DEVICE_ID_LEN_TOO_BIG: the identifier is longer than 512 characters.
    /// </exception>
    public void SetShutdownState(PartShutdownState stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        RequireDeviceId(stored.DeviceId);
        lock (_stateLock)
        {
            _shutdownState = _shutdownState is null
                ? stored
                : throw new PmemSetException(
                    PmemSetError.SdsAlreadySet, $"'{Path}' has a shutdown state already. Make another source for another one.");
        }
    }

    /// <summary>
    /// Makes a range of the file usable again: <b>its content becomes zero</b>. Persisted on return. (pmemset_badblock_clear)
    /// </summary>
    /// <param name="block">The range.</param>
    /// <exception cref="PmemSetException">
    /// OFFSET_OUT_OF_RANGE, LENGTH_OUT_OF_RANGE: the range is negative, empty or reaches past the file. NOSUPP: it is no
    /// regular file. Or the system refused.
    /// </exception>
    public void ClearBadBlock(PmemBadBlock block)
    {
        if (block.OffsetBytes < 0)
        {
            throw new PmemSetException(
                PmemSetError.OffsetOutOfRange,
                FormattableString.Invariant($"No bad block of '{Path}' begins at {block.OffsetBytes}."));
        }

        try
        {
            Devices.ClearBadBlock(RequireFile("clear bad blocks of"), block);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new PmemSetException(PmemSetError.LengthOutOfRange, e.Message, e);
        }
        catch (NotSupportedException e)
        {
            throw new PmemSetException(PmemSetError.Nosupp, e.Message, e);
        }
        catch (PmemIOException e)
        {
            throw PmemSetException.System(e);
        }
    }

    /// <summary>Reads past the maps, so that a bad block is an error and not a signal. (pmemset_source_pread_mcsafe)</summary>
    /// <param name="offset">Byte offset in the source.</param>
    /// <param name="destination">Receives as many bytes as it is long; undefined after an error.</param>
    /// <exception cref="PmemSetException">LENGTH_OUT_OF_RANGE: not inside the source. IO_FAIL: a bad block.</exception>
    public void ReadAt(long offset, Span<byte> destination)
    {
        try
        {
            RequireFile("read").ReadAt(offset, destination);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or PmemIOException)
        {
            throw TransferFailure(e);
        }
    }

    /// <summary>
    /// Writes past the maps, so that a bad block is an error and not a signal. Durability on return: Stored.
    /// (pmemset_source_pwrite_mcsafe)
    /// </summary>
    /// <param name="offset">Byte offset in the source.</param>
    /// <param name="source">The bytes.</param>
    /// <exception cref="PmemSetException">LENGTH_OUT_OF_RANGE: not inside the source. IO_FAIL: a bad block.</exception>
    /// <exception cref="InvalidOperationException">It cannot be written to.</exception>
    public void WriteAt(long offset, ReadOnlySpan<byte> source)
    {
        try
        {
            RequireFile("write").WriteAt(offset, source);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or PmemIOException)
        {
            throw TransferFailure(e);
        }
    }

    /// <summary>Closes what this source opened. Parts stay. (pmemset_source_delete)</summary>
    public void Dispose()
    {
        if (!_isBorrowed)
        {
            _inner?.Dispose();
        }
    }

    /// <summary>Evaluates the shutdown state, if there is one, and keeps the result. Null without one.</summary>
    internal PartStates? EvaluateState()
    {
        lock (_stateLock)
        {
            if (_shutdownState is null)
            {
                return null;
            }

            (string deviceId, ulong count) = ReadIdentity();
            PartState = PartStateEvaluation.Evaluate(_shutdownState, deviceId, count, LiveMaps > 0, out _shutdownState);
            return PartState;
        }
    }

    /// <summary>Counts a map; gives the shutdown state to store, or null.</summary>
    internal PartShutdownState? CountMap(int change)
    {
        lock (_stateLock)
        {
            _liveMaps += change;
            _shutdownState = _shutdownState is { } state ? state with { ReferenceCount = state.ReferenceCount + change } : null;
            return _shutdownState;
        }
    }

    /// <summary>What a failed search for bad blocks is called in a set.</summary>
    internal static PmemSetException BadBlockFailure(Exception cause, bool isDevice) => cause switch
    {
        NotSupportedException => new PmemSetException(
            isDevice ? PmemSetError.DaxRegionNotFound : PmemSetError.BadblockNosupp, cause.Message, cause),
        PmemIOException refusal when !isDevice => PmemSetException.System(refusal),
        _ => new PmemSetException(PmemSetError.CannotReadBounds, cause.Message, cause),
    };

    private (string DeviceId, ulong Count) ReadIdentity()
    {
        try
        {
            PmemSource file = RequireFile("identify the device of");
            if (Devices.DeviceId(file) is { } deviceId && Devices.UnsafeShutdownCount(file) is { } count)
            {
                RequireDeviceId(deviceId);
                return (deviceId, count);
            }
        }
        catch (PmemIOException e)
        {
            throw PmemSetException.System(e);
        }
        catch (PmemFormatException e)
        {
            throw new PmemSetException(PmemSetError.SdsNosupp, e.Message, e);
        }

        throw new PmemSetException(
            PmemSetError.SdsNosupp,
            $"The device of '{Path}' has no identifier or counts no unsafe shutdowns, so its shutdown state means nothing. Map it without one.");
    }

    private void RequireDeviceId(string deviceId)
    {
        if (deviceId.Length > PartShutdownState.MaxDeviceIdLength)
        {
            throw new PmemSetException(
                PmemSetError.SdsDeviceIdLenTooBig,
                FormattableString.Invariant(
                    $"The device of '{Path}' has an identifier of {deviceId.Length} characters; a shutdown state holds {PartShutdownState.MaxDeviceIdLength}."));
        }
    }

    private PmemSource RequireFile(string operation) => _inner
        ?? throw new PmemSetException(
            PmemSetError.Nosupp, $"Cannot {operation} '{Path}': it is memory that was mapped before. Make a source of its file.");

    private static PmemSetException TransferFailure(Exception cause) => cause is PmemIOException { ErrorNumber: not Errno.InputOutput } system
        ? PmemSetException.System(system)
        : new PmemSetException(
            cause is PmemIOException ? PmemSetError.IoFail : PmemSetError.LengthOutOfRange, cause.Message, cause);
}
