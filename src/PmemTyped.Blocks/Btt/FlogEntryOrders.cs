using System.Runtime.InteropServices;
using PmemTyped.Mapping;

namespace PmemTyped.Blocks.Btt;

/// <summary>Decides the <see cref="FlogEntryOrder"/> of a pool, from nothing but its two arguments.</summary>
internal static class FlogEntryOrders
{
    /// <summary>
    /// By line where caches are the medium and the CPU is an x86. A page may be written to storage by anything that
    /// copies bytes in any order, so the line means nothing there; other CPUs do not promise the order.
    /// </summary>
    internal static FlogEntryOrder Of(StoreGranularity granularity, Architecture architecture) =>
        granularity != StoreGranularity.Page && architecture == Architecture.X64
            ? FlogEntryOrder.ByLine
            : FlogEntryOrder.ByDrain;
}
