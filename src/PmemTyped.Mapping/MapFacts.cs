using PmemTyped.Native;
using PmemTyped.Native.Linux;

namespace PmemTyped.Mapping;

/// <summary>All that the granularity of a map is decided from; nothing else is looked at.</summary>
internal readonly record struct MapFacts
{
    internal required PmemSourceKind Kind { get; init; }

    internal bool IsPrivate { get; init; }

    internal required string FileSystem { get; init; }

    /// <summary>Gets a value indicating whether the file system says that the file is DAX.</summary>
    internal bool ReportsDax { get; init; }

    /// <summary>Gets why MAP_SYNC was refused, 0 when it was granted.</summary>
    internal int SyncError { get; init; }

    /// <summary>Gets the value of PMEM2_FORCE_GRANULARITY.</summary>
    internal string? ForcedGranularity { get; init; }

    /// <summary>Gets what PMEM_IS_PMEM_FORCE says.</summary>
    internal bool? ForcesPersistentMemory { get; init; }

    /// <summary>Gets what PMEM_NO_FLUSH says.</summary>
    internal bool? SkipsFlushes { get; init; }

    /// <summary>Gets a value indicating whether the power-fail domain includes the CPU caches (eADR).</summary>
    internal bool HasAutoFlush { get; init; }

    internal FlushInstruction Flush { get; init; }

    internal string? FlushUnavailableBecause { get; init; }

    internal bool IsSynchronous => SyncError == Errno.None;

    internal bool LivesInMemory => FileSystemMagic.LivesInMemory(FileSystem);

    /// <summary>The facts of a new map; the environment is asked at every call.</summary>
    internal static MapFacts Of(PmemSource source, bool isPrivate, int syncError) => new()
    {
        Kind = source.Kind,
        IsPrivate = isPrivate,
        FileSystem = source.FileSystemName(),
        ReportsDax = source.Descriptor?.GetStatus(out FileStatus status) == Errno.None && status.IsDax,
        SyncError = syncError,
        ForcedGranularity = source.Platform.Variable(PmemPlatform.ForceGranularityVariable),
        ForcesPersistentMemory = source.Platform.ForcesPersistentMemory,
        SkipsFlushes = source.Platform.SkipsFlushes,
        HasAutoFlush = source.Platform.HasAutoFlush,
        Flush = PersistInstructions.Flush,
        FlushUnavailableBecause = PersistInstructions.UnavailableBecause,
    };
}
