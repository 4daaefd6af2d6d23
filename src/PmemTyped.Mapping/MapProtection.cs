namespace PmemTyped.Mapping;

/// <summary>What may be done with the memory of a map. (pmem2_config_set_protection)</summary>
[Flags]
public enum MapProtection
{
    /// <summary>Nothing; any access is refused.</summary>
    None = 0,

    /// <summary>Loads.</summary>
    Read = 1,

    /// <summary>Stores. A shared map needs a file that was opened for writing.</summary>
    Write = 2,

    /// <summary>Execution; the file system must permit it.</summary>
    Execute = 4,
}
