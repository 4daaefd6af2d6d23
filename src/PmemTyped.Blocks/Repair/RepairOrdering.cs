using PmemTyped.Mapping;

namespace PmemTyped.Blocks.Repair;

/// <summary>
/// The crash argument of a repair. Its changes are made one after the other; a crash leaves the first of them, and a new
/// plan finds the rest, because no change touches what a later one is derived from.
/// <list type="bullet">
/// <item>P1: every change but that of a flog slot is durable before the next one begins and before the call returns.
/// Otherwise a block that lost its twin could keep a content that may be the twin's, without being marked bad.</item>
/// <item>P2: a flog slot carries an impossible block number before anything else in it changes. Otherwise a mixture of
/// old and new halves could pass for a slot, and recovery could act on it.</item>
/// <item>P3: both halves are blank before the impossible number is taken away. Otherwise an old half could count again.</item>
/// <item>P4: the restored slot is durable before the next change begins and before the call returns. Otherwise a pool
/// that was handed back as sound could refuse to open.</item>
/// </list>
/// </summary>
internal static class RepairOrdering
{
    internal static readonly OrderingPoint P1 = new(Protocol, 1);
    internal static readonly OrderingPoint P2 = new(Protocol, 2);
    internal static readonly OrderingPoint P3 = new(Protocol, 3);
    internal static readonly OrderingPoint P4 = new(Protocol, 4);

    private const string Protocol = "REPAIR";
}
