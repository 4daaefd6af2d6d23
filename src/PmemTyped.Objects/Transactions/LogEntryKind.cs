namespace PmemTyped.Objects.Transactions;

/// <summary>What an entry of an undo log undoes.</summary>
internal enum LogEntryKind : byte
{
    /// <summary>Bytes were stored to; the old ones follow the entry.</summary>
    Bytes = 1,

    /// <summary>A slot was taken.</summary>
    SlotTaken = 2,

    /// <summary>A slot was freed.</summary>
    SlotFreed = 3,
}

/// <summary>An entry as it was read.</summary>
/// <param name="Kind">What it undoes.</param>
/// <param name="Target">Where.</param>
/// <param name="LengthBytes">How many bytes.</param>
/// <param name="OldOffset">Where the old bytes are.</param>
/// <param name="NextOffset">Where the next entry would be.</param>
internal readonly record struct LogEntry(
    LogEntryKind Kind, long Target, int LengthBytes, long OldOffset, long NextOffset);
