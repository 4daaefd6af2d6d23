using PmemTyped.Native;
using PmemTyped.Native.Linux;

namespace PmemTyped.Mapping;

/// <summary>
/// A file opened, created or resized under the rules of libpmem's classic call, with what is needed to undo it: a step
/// that fails leaves neither a new file nor another size (mapping specification, sections 2 and 17).
/// </summary>
internal sealed partial class ClassicFile
{
    private const PmemFileOptions KnownOptions = PmemFileOptions.Create | PmemFileOptions.Exclusive
        | PmemFileOptions.Sparse | PmemFileOptions.Temporary | PmemFileOptions.AllowShrink;

    private const UnixFileMode KnownModes = (UnixFileMode)0b111_111_111_111;

    // What the kernel follows too.
    private const int MaxLinks = 40;

    private readonly FilePath? _created;
    private readonly long? _formerBytes;

    private ClassicFile(PmemSource source, FilePath? created = null, long? formerBytes = null)
    {
        Source = source;
        _created = created;
        _formerBytes = formerBytes;
    }

    internal PmemSource Source { get; }

    /// <summary>Opens or creates. The checks come in the order of section 2.1, and the numbers are its rows.</summary>
    internal static ClassicFile OpenOrCreate(
        FilePath path, long lengthBytes, PmemFileOptions options, UnixFileMode mode, PmemPlatform? platform)
    {
        SourceOpening.RequirePlatform();
        platform ??= PmemPlatform.Current;
        SourceOpening.Examine(path, platform, out DaxDevice? device);
        CheckArguments(path, lengthBytes, options, device);
        CheckMode(mode);

        if (device is not null || !options.HasFlag(PmemFileOptions.Create))
        {
            return new ClassicFile(SourceOpening.Open(path, writable: true, platform));
        }

        return options.HasFlag(PmemFileOptions.Temporary)
            ? MakeTemporary(path, lengthBytes, options, mode, platform)
            : MakeNamed(path, lengthBytes, options, mode, platform);
    }

    /// <summary>Opens or creates, then maps all of it.</summary>
    internal static PmemMap Map(
        FilePath path, long lengthBytes, PmemFileOptions options, UnixFileMode mode, PmemPlatform? platform)
    {
        ClassicFile file = OpenOrCreate(path, lengthBytes, options, mode, platform);
        using PmemSource source = file.Source;
        try
        {
            // Row 11.
            return source.GetLengthBytes() == 0
                ? throw new PmemIOException(
                    "map", path.Text, Errno.Invalid, "It is empty; give Create and the length that it should have.")
                : PmemMap.Map(source, new PmemMapConfig { RequiredGranularity = StoreGranularity.Page });
        }
        catch
        {
            file.Undo();
            throw;
        }
    }

    /// <summary>
    /// Removes what was created, or gives the file its former size again; its content was never touched.
    /// </summary>
    internal void Undo()
    {
        _ = _created?.Unlink();
        if (_formerBytes is long formerBytes)
        {
            _ = Source.Descriptor!.SetLength(formerBytes);
        }
    }

    /// <summary>
    /// For file systems without nameless files: a name that nobody can guess, removed at once. The mode is that of the
    /// caller from the start, because the umask, which applies to both ways, applies at creation only.
    /// </summary>
    internal static SafeFileDescriptor? CreateUnlinked(FilePath directory, UnixFileMode mode, out int error)
    {
        FilePath name = directory.Append($".pmemtyped-{Guid.NewGuid():N}");
        SafeFileDescriptor? descriptor = SafeFileDescriptor.CreateNew(name, mode, out error);
        if (descriptor is not null)
        {
            error = name.Unlink();
        }

        if (error != Errno.None)
        {
            descriptor?.Dispose();
            descriptor = null;
        }

        return descriptor;
    }

    private static void CheckMode(UnixFileMode mode)
    {
        if ((mode & ~KnownModes) != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(mode), mode, "Only the twelve permission bits can be set.");
        }
    }

    // Rows 4 to 8.
    private static void CheckArguments(FilePath path, long lengthBytes, PmemFileOptions options, DaxDevice? device)
    {
        bool creates = options.HasFlag(PmemFileOptions.Create);
        if ((options & ~KnownOptions) != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options, "It has bits that mean nothing.");
        }

        if (device is not null && (options & ~(PmemFileOptions.Create | PmemFileOptions.Sparse)) != 0)
        {
            throw new ArgumentException(
                $"'{path}' is a device, which knows Create and Sparse only, and ignores them; {options} was given.",
                nameof(options));
        }

        if (creates)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(lengthBytes);
        }

        if (device is not null)
        {
            if (lengthBytes != 0 && lengthBytes != device.SizeBytes)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(lengthBytes),
                    lengthBytes,
                    FormattableString.Invariant($"The device '{path}' has {device.SizeBytes} bytes; give these or 0."));
            }
        }
        else if (creates)
        {
            ArgumentOutOfRangeException.ThrowIfZero(lengthBytes);
        }
        else if (lengthBytes != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(lengthBytes),
                lengthBytes,
                "An existing file is mapped whole; give 0, or Create and the length.");
        }
        else if (options.HasFlag(PmemFileOptions.Temporary))
        {
            throw new ArgumentException("Temporary needs Create and a length.", nameof(options));
        }
    }

    private static ClassicFile MakeNamed(
        FilePath path, long lengthBytes, PmemFileOptions options, UnixFileMode mode, PmemPlatform platform)
    {
        bool isExclusive = options.HasFlag(PmemFileOptions.Exclusive);
        SafeFileDescriptor descriptor = CreateOrOpen(ref path, mode, isExclusive, out bool isNew, out int error)
            ?? throw SourceOpening.Refusal("create", path, error, writable: true);
        PmemSource source = SourceOpening.Adopt(descriptor, path, writable: true, platform);
        try
        {
            long formerBytes = source.GetLengthBytes();
            RequireFit(path, lengthBytes, formerBytes, options);
            var file = new ClassicFile(source, isNew ? path : null, formerBytes < lengthBytes ? formerBytes : null);
            file.Resize(lengthBytes, formerBytes, options);
            return file;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    private static PmemSource OpenNameless(FilePath directory, UnixFileMode mode, PmemPlatform platform)
    {
        SafeFileDescriptor? descriptor = SafeFileDescriptor.CreateNameless(directory, mode, out int error);
        if (error is Errno.NotSupported or Errno.IsADirectory)
        {
            descriptor = CreateUnlinked(directory, mode, out error);
        }

        if (descriptor is null)
        {
            throw SourceOpening.Refusal("create a temporary file in", directory, error, writable: true);
        }

        return new PmemSource(
            descriptor, $"{directory} (temporary file)", name: null, isWritable: true, device: null, platform);
    }

    private static ClassicFile MakeTemporary(
        FilePath directory, long lengthBytes, PmemFileOptions options, UnixFileMode mode, PmemPlatform platform)
    {
        PmemSource source = OpenNameless(directory, mode, platform);
        try
        {
            var file = new ClassicFile(source);
            file.Resize(lengthBytes, formerBytes: 0, options);
            return file;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    // Only an exclusive creation tells for certain whether the file is new, and only a new one may be removed on
    // failure. It refuses a symbolic link that leads nowhere, so such a link is followed here, to create what it
    // names.
    private static SafeFileDescriptor? CreateOrOpen(
        ref FilePath path, UnixFileMode mode, bool isExclusive, out bool isNew, out int error)
    {
        SafeFileDescriptor? descriptor = CreateOrOpenOnce(path, mode, isExclusive, out isNew, out error);
        for (int link = 0; link < MaxLinks && !isNew && error == Errno.NoEntry; link++)
        {
            // No link any more: the name was removed or replaced in between, so both ways are tried again.
            if (path.ReadLink(out FilePath? target) == Errno.None)
            {
                path = path.Parent().Append(target!);
            }

            descriptor = CreateOrOpenOnce(path, mode, isExclusive, out isNew, out error);
        }

        return descriptor;
    }

    private static SafeFileDescriptor? CreateOrOpenOnce(
        FilePath path, UnixFileMode mode, bool isExclusive, out bool isNew, out int error)
    {
        SafeFileDescriptor? created = SafeFileDescriptor.CreateNew(path, mode, out error);
        isNew = isExclusive || error != Errno.Exists;
        return isNew ? created : SafeFileDescriptor.OpenExisting(path, writable: true, out error);
    }

    private static void RequireFit(FilePath path, long lengthBytes, long formerBytes, PmemFileOptions options)
    {
        if (formerBytes > lengthBytes && !options.HasFlag(PmemFileOptions.AllowShrink))
        {
            throw new ArgumentOutOfRangeException(
                nameof(lengthBytes),
                FormattableString.Invariant(
                    $"'{path}' has {formerBytes} bytes, and {lengthBytes} were asked for, which would cut it. ")
                + "Give AllowShrink to lose the rest, or its present length.");
        }
    }

    // What can fail comes before the cut, which cannot be undone.
    private void Resize(long lengthBytes, long formerBytes, PmemFileOptions options)
    {
        SafeFileDescriptor descriptor = Source.Descriptor!;
        int error = formerBytes < lengthBytes ? descriptor.SetLength(lengthBytes) : Errno.None;
        if (error == Errno.None && !options.HasFlag(PmemFileOptions.Sparse))
        {
            error = BlockAllocation.Allocate(descriptor, lengthBytes);
        }

        if (error == Errno.None && formerBytes > lengthBytes)
        {
            error = descriptor.SetLength(lengthBytes);
        }

        if (error != Errno.None)
        {
            Undo();
            throw new PmemIOException(
                FormattableString.Invariant($"allocate {lengthBytes} bytes for"),
                Source.Path,
                error,
                (_created is null ? "It has its former size" : "The new file was removed")
                + "; free space or choose a smaller size.");
        }
    }
}
