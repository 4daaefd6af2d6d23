using PmemTyped.Native;

namespace PmemTyped.Mapping;

/// <summary>
/// How this process stores and flushes: what the CPU has, less what the environment switched off. Chosen once at start.
/// </summary>
/// <param name="Flush">The instruction that writes a cache line back; None when only msync is left.</param>
/// <param name="FlushUnavailableBecause">Why it is None, otherwise null.</param>
/// <param name="Stores">The instructions that copy and fill.</param>
/// <param name="StreamingThresholdBytes">From how many bytes on stores go around the cache. (PMEM_MOVNT_THRESHOLD)</param>
/// <param name="IgnoredSwitch">A sentence about a switch that is set and has no effect here, otherwise null.</param>
public sealed record ProcessorCapabilities(
    FlushInstruction Flush,
    string? FlushUnavailableBecause,
    StoreInstructions Stores,
    long StreamingThresholdBytes,
    string? IgnoredSwitch);
