using PmemTyped.Mapping;

namespace PmemTyped.CrashTesting;

/// <summary>What one entry of a log stands for.</summary>
internal enum StoreLogKind
{
    /// <summary>Bytes were stored.</summary>
    Store = 1,

    /// <summary>Write-back of a range was requested.</summary>
    Flush = 2,

    /// <summary>Everything flushed so far became durable.</summary>
    Drain = 3,

    /// <summary>An operation began.</summary>
    Begin = 4,

    /// <summary>An operation returned to its caller.</summary>
    Acknowledge = 5,
}

/// <summary>One entry of a log.</summary>
internal readonly record struct StoreLogEntry(
    StoreLogKind Kind, long Offset, long LengthBytes, byte[]? Bytes, OrderingPoint Point);
