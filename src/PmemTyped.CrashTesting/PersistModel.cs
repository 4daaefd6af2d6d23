namespace PmemTyped.CrashTesting;

/// <summary>
/// What may be lost in a crash among the stores that were not drained yet. The value is the number of bytes that arrive
/// independently of all others.
/// </summary>
public enum PersistModel
{
    /// <summary>
    /// Every aligned 8-byte atom keeps any value that it had since its last drain. The weaker assumption, because the
    /// compiler may reorder ordinary stores.
    /// </summary>
    AtomSubset = 8,

    /// <summary>Stores to one 64-byte line arrive in program order, lines independently: x86.</summary>
    LinePrefix = 64,
}
