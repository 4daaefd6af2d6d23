using PmemTyped.Native.X64;

namespace PmemTyped.Native;

/// <summary>
/// The instructions that make stores to persistent memory durable, as this process can reach them. The CPU and the PMEM_
/// variables of the environment decide once (mapping specification, sections 7.2 and 8.1). Threads: safe.
/// </summary>
public static class PersistInstructions
{
    /// <summary>Bytes that one flush instruction writes back.</summary>
    public const int LineBytes = CacheLineFlusher.LineBytes;

    /// <summary>Gets the flush instruction in use; None when only msync is left.</summary>
    public static FlushInstruction Flush => CacheLineFlusher.Current.Instruction;

    /// <summary>Gets why <see cref="Flush"/> is None, otherwise null.</summary>
    public static string? UnavailableBecause => CacheLineFlusher.Current.UnavailableBecause;

    /// <summary>Gets the instructions that copies and fills use.</summary>
    public static StoreInstructions Stores => StoreFunctions.Current.Instructions;

    /// <summary>Gets the number of bytes from which copies and fills stream unless told otherwise. (PMEM_MOVNT_THRESHOLD)</summary>
    public static long StreamingThresholdBytes => PersistSwitches.Current.StreamingThresholdBytes;

    /// <summary>Gets one sentence about a variable of the environment that has no effect here, otherwise null.</summary>
    public static string? IgnoredSwitch => Ignored(PersistSwitches.Current, Stores);

    /// <summary>Waits until earlier flushes and streaming stores of this thread are in the power-fail domain: SFENCE.</summary>
    public static void Fence() => CacheLineFlusher.Fence();

    /// <summary>
    /// A fence, where the flush instruction needs one: CLFLUSH orders itself, and every streaming copy is closed by a
    /// fence of its own then. (pmem_drain)
    /// </summary>
    public static void Drain() => CacheLineFlusher.Current.Drain();

    internal static string? Ignored(PersistSwitches switches, StoreInstructions stores) => switches.WantsMovdir64b
        ? $"PMEM_MOVDIR64B asks for an instruction that .NET cannot issue; copies use {stores}."
        : null;
}
