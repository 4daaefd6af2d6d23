namespace PmemTyped.Sets;

/// <summary>What the shutdown state of a part tells about its data. (PMEMSET_PART_STATE_*; sets specification, section 9)</summary>
[Flags]
public enum PartStates
{
    /// <summary>No state: nothing is accepted.</summary>
    None = 0,

    /// <summary>The device changed while the data was marked in use; nothing can be said.</summary>
    Indeterminate = 1,

    /// <summary>Closed properly, or nothing was open when power failed.</summary>
    Ok = 2,

    /// <summary>This process maps the source already.</summary>
    OkButAlreadyOpen = 4,

    /// <summary>A process died with the part open; power did not fail.</summary>
    OkButInterrupted = 8,

    /// <summary>The device lost power unsafely while the part was open.</summary>
    Corrupted = 16,
}
