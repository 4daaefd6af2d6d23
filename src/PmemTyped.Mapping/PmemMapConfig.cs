namespace PmemTyped.Mapping;

/// <summary>How a source is mapped. Immutable; one config may serve many maps. (libpmem2: pmem2_config)</summary>
public sealed record PmemMapConfig
{
    /// <summary>Gets bytes to map from the start of the file; 0 means all of it.</summary>
    public long LengthBytes { get; init; }

    /// <summary>Gets a value indicating whether stores are possible. Default true.</summary>
    public bool IsWritable { get; init; } = true;

    /// <summary>Gets a value indicating whether stores stay in this process (copy-on-write). Default false.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>Gets the coarsest granularity that is acceptable; a coarser medium is refused. Default Page.</summary>
    public StoreGranularity RequiredGranularity { get; init; } = StoreGranularity.Page;
}
