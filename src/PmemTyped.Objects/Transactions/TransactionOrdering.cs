using PmemTyped.Mapping;

namespace PmemTyped.Objects.Transactions;

/// <summary>
/// The crash argument of transactions. One goes P1, P2, P3; one that is undone, at once or by recovery, goes P1, P4, P5.
/// <list type="bullet">
/// <item>P1: log entries are durable before any store that they cover: before an update returns the cursor, before a commit
/// sets a bit. A line or page may reach the medium as soon as it is stored to, so a later moment is too late.</item>
/// <item>P2: what the transaction stored, and the bits of the slots that it took and freed, are durable before the
/// generation of the lane, which makes the log worthless. Otherwise a crash could leave a part of it, with nothing to
/// undo it.</item>
/// <item>P3: the generation is durable before the commit returns and before the lane or a freed slot is used again.
/// Otherwise an acknowledged transaction could be undone.</item>
/// <item>P4: what was put back is durable before the generation of the lane. Otherwise a crash could leave a part of the
/// transaction, with nothing to undo it.</item>
/// <item>P5: the generation is durable before the lane or a slot is used again. Otherwise recovery would look for entries of
/// the undone transaction and miss those of the next.</item>
/// </list>
/// </summary>
internal static class TransactionOrdering
{
    internal static readonly OrderingPoint P1 = new(Protocol, 1);
    internal static readonly OrderingPoint P2 = new(Protocol, 2);
    internal static readonly OrderingPoint P3 = new(Protocol, 3);
    internal static readonly OrderingPoint P4 = new(Protocol, 4);
    internal static readonly OrderingPoint P5 = new(Protocol, 5);

    private const string Protocol = "TX";
}
