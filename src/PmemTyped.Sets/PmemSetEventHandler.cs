namespace PmemTyped.Sets;

/// <summary>
/// Is told of events of a set, on the thread of the call that causes them and without a lock of the set, so it may call back
/// into the set. An exception it throws leaves through that call: from an event that comes before its effect (Copy, Move,
/// Set, Flush, RemoveRange, PartRemove, BadBlock) it vetoes the effect, from one that comes after (Drain, PartAdd, SdsUpdate)
/// it does not. (pmemset_event_callback; sets specification, section 11)
/// </summary>
/// <param name="set">The set.</param>
/// <param name="setEvent">What happens.</param>
/// <returns>0. After <see cref="PmemSetEventKind.BadBlocksCleared"/> any other number refuses the map with that number.</returns>
public delegate int PmemSetEventHandler(PmemSet set, in PmemSetEvent setEvent);
