namespace PmemTyped.Sets.PoolSets;

/// <summary>The OPTION lines of a set file. (sets specification, section 17.4)</summary>
[Flags]
public enum PoolSetOptions
{
    /// <summary>Every part has a header.</summary>
    None = 0,

    /// <summary>SINGLEHDR: only the first part of each replica has a header.</summary>
    SingleHeader = 1,

    /// <summary>NOHDRS: no part has a header; only for the far side of a remote replica.</summary>
    NoHeaders = 2,
}
