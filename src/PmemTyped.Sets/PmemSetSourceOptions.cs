namespace PmemTyped.Sets;

/// <summary>How the file of a source is opened. (PMEMSET_SOURCE_FILE_*; sets specification, section 5.1)</summary>
[Flags]
public enum PmemSetSourceOptions
{
    /// <summary>It must exist, and grows when a map needs more.</summary>
    None = 0,

    /// <summary>It is created, or cut to 0 bytes; wins over <see cref="CreateIfNeeded"/>.</summary>
    CreateAlways = 1,

    /// <summary>It is created when it does not exist.</summary>
    CreateIfNeeded = 2,

    /// <summary>A map never makes it longer.</summary>
    DoNotGrow = 4,
}
