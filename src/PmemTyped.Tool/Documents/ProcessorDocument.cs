using PmemTyped.Mapping;

namespace PmemTyped.Tool.Documents;

/// <summary>How this process stores and flushes.</summary>
/// <param name="FlushInstruction">What writes a cache line back.</param>
/// <param name="FlushUnavailableBecause">Why there is none, otherwise null.</param>
/// <param name="StoreInstructions">What copies and fills.</param>
/// <param name="StreamingThresholdBytes">From how many bytes on stores go around the cache.</param>
/// <param name="IgnoredSwitch">A switch of the environment that has no effect here, otherwise null.</param>
/// <param name="HasAutoFlush">Whether the power-fail domain includes the CPU caches (eADR).</param>
/// <param name="AutoFlushReason">How this was found out.</param>
internal sealed record ProcessorDocument(
    string FlushInstruction,
    string? FlushUnavailableBecause,
    string StoreInstructions,
    long StreamingThresholdBytes,
    string? IgnoredSwitch,
    bool HasAutoFlush,
    string AutoFlushReason)
{
    internal static ProcessorDocument Of(PmemPlatform platform)
    {
        ProcessorCapabilities processor = PmemPlatform.Processor;
        return new ProcessorDocument(
            processor.Flush.ToString(),
            processor.FlushUnavailableBecause,
            processor.Stores.ToString(),
            processor.StreamingThresholdBytes,
            processor.IgnoredSwitch,
            platform.HasAutoFlush,
            platform.AutoFlushExplanation);
    }
}
