namespace PmemTyped.Mapping;

/// <summary>What stands behind a source.</summary>
public enum PmemSourceKind
{
    /// <summary>A regular file on any file system, DAX or not.</summary>
    RegularFile = 0,

    /// <summary>A character device of the kernel's dax subsystem.</summary>
    DeviceDax = 1,

    /// <summary>Memory of this process only.</summary>
    Anonymous = 2,
}
