using Microsoft.Win32.SafeHandles;
using PmemTyped.Mapping;
using PmemTyped.Native.Linux;

namespace PmemTyped.Sets;

/// <content>The ways to a source.</content>
public sealed partial class PmemSetSource
{
    private const PmemSetSourceOptions AllOptions =
        PmemSetSourceOptions.CreateAlways | PmemSetSourceOptions.CreateIfNeeded | PmemSetSourceOptions.DoNotGrow;

    private const UnixFileMode AllModes = (UnixFileMode)0b111_111_111;

    private const UnixFileMode DefaultMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Opens a file for reading and writing. (pmemset_xsource_from_file)</summary>
    /// <param name="path">Its path.</param>
    /// <param name="options">Whether it is created, and whether maps make it longer.</param>
    /// <param name="mode">Permission bits of a new file, less the umask; null for 0644.</param>
    /// <param name="platform">Null for that of this process.</param>
    /// <exception cref="PmemSetException">
    /// INVALID_SOURCE_PATH: null, empty or, without options, missing. INVALID_SOURCE_FILE_CREATE_FLAGS: an unknown option or
    /// mode bit; nothing was created. INVALID_PMEM2_SOURCE: nothing that can be mapped. Or the system refused: missing,
    /// a directory, no permission.
    /// </exception>
    public static PmemSetSource FromFile(
        string? path,
        PmemSetSourceOptions options = PmemSetSourceOptions.None,
        UnixFileMode? mode = null,
        PmemPlatform? platform = null)
    {
        RequirePath(path);
        if ((options & ~AllOptions) != 0 || (mode & ~AllModes) is not (null or 0))
        {
            throw new PmemSetException(
                PmemSetError.InvalidSourceFileCreateFlags,
                FormattableString.Invariant(
                    $"'{path}' cannot be opened with options 0x{(int)options:X} and mode 0x{(int)(mode ?? 0):X}: known are 0x{(int)AllOptions:X} and the nine permission bits."));
        }

        bool creates = (options & (PmemSetSourceOptions.CreateAlways | PmemSetSourceOptions.CreateIfNeeded)) != 0;
        try
        {
            PmemSource inner = creates
                ? PmemSource.OpenOrCreateEmpty(path!, mode ?? DefaultMode, platform)
                : PmemSource.Open(path!, writable: true, platform);
            if (options.HasFlag(PmemSetSourceOptions.CreateAlways) && inner.Kind == PmemSourceKind.RegularFile)
            {
                Empty(inner);
            }

            return new PmemSetSource(inner, isBorrowed: false, grows: !options.HasFlag(PmemSetSourceOptions.DoNotGrow))
            {
                OpenedPath = path,
            };
        }
        catch (PmemIOException e) when (e.ErrorNumber == Errno.NoEntry && options == PmemSetSourceOptions.None)
        {
            throw new PmemSetException(PmemSetError.InvalidSourcePath, e.Message, e);
        }
        catch (PmemIOException e) when (e.ErrorNumber == Errno.Invalid)
        {
            throw new PmemSetException(PmemSetError.InvalidPmem2Source, e.Message, e);
        }
        catch (PmemIOException e)
        {
            throw PmemSetException.System(e);
        }
        catch (ArgumentException e)
        {
            throw new PmemSetException(PmemSetError.InvalidSourcePath, e.Message, e);
        }
    }

    /// <summary>
    /// A nameless file of 0 bytes, which grows as it is mapped and vanishes with the last map. (pmemset_source_from_temporary)
    /// </summary>
    /// <param name="directory">Path of a directory on the file system to use.</param>
    /// <param name="platform">Null for that of this process.</param>
    /// <exception cref="PmemSetException">
    /// INVALID_SOURCE_PATH: null, empty or missing. CANNOT_CREATE_TEMP_FILE: no directory, or it may not be written.
    /// </exception>
    public static PmemSetSource CreateTemporary(string? directory, PmemPlatform? platform = null)
    {
        RequirePath(directory);
        try
        {
            return new PmemSetSource(
                PmemSource.CreateTemporaryEmpty(directory!, platform), isBorrowed: false, grows: true)
            {
                IsTemporary = true,
            };
        }
        catch (PmemIOException e)
        {
            throw new PmemSetException(
                e.ErrorNumber == Errno.NoEntry ? PmemSetError.InvalidSourcePath : PmemSetError.CannotCreateTempFile,
                e.Message,
                e);
        }
        catch (ArgumentException e)
        {
            throw new PmemSetException(PmemSetError.InvalidSourcePath, e.Message, e);
        }
    }

    /// <summary>Uses a file that is open already; the handle is borrowed, as by <see cref="PmemSource.FromHandle"/>.</summary>
    /// <param name="handle">A handle that can be read and written.</param>
    /// <param name="platform">Null for that of this process.</param>
    /// <exception cref="PmemSetException">INVALID_PMEM2_SOURCE: it is nothing that can be mapped.</exception>
    public static PmemSetSource FromHandle(SafeFileHandle handle, PmemPlatform? platform = null)
    {
        ArgumentNullException.ThrowIfNull(handle);
        try
        {
            return new PmemSetSource(PmemSource.FromHandle(handle, platform), isBorrowed: false, grows: true);
        }
        catch (Exception e) when (e is ArgumentException or PmemFormatException or PmemIOException)
        {
            throw new PmemSetException(PmemSetError.InvalidPmem2Source, e.Message, e);
        }
    }

    /// <summary>
    /// Uses a source of the mapping layer, which is borrowed: the caller disposes it, after the last map of this source was
    /// made. Maps make its file longer. (pmemset_source_from_pmem2)
    /// </summary>
    /// <param name="source">A file or a device.</param>
    /// <exception cref="PmemSetException">INVALID_PMEM2_SOURCE: null, or memory without a file.</exception>
    public static PmemSetSource FromSource(PmemSource? source) => source is { Kind: not PmemSourceKind.Anonymous }
        ? new PmemSetSource(source, isBorrowed: true, grows: true)
        : throw new PmemSetException(
            PmemSetError.InvalidPmem2Source, "A set cannot be made of memory without a file. Give the source of a file or device.");

    /// <summary>
    /// Uses memory that is mapped already: a part of it lies where the map is, whatever reservation the set has. The map may
    /// be disposed after its parts were made; its memory stays until they are removed.
    /// </summary>
    /// <param name="map">A map that can be read and written.</param>
    /// <exception cref="PmemSetException">INVALID_PMEM2_SOURCE: null, or not writable.</exception>
    public static PmemSetSource FromMap(PmemMap? map) => map is { IsWritable: true }
        ? new PmemSetSource(map)
        : throw new PmemSetException(
            PmemSetError.InvalidPmem2Source, "A part of a set must be writable memory. Give a map with Read and Write.");

    private static void Empty(PmemSource file)
    {
        try
        {
            file.DangerousCut(0);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static void RequirePath(string? path)
    {
        if (string.IsNullOrEmpty(path))
        {
            throw new PmemSetException(PmemSetError.InvalidSourcePath, "A source needs a path; none was given.");
        }
    }
}
