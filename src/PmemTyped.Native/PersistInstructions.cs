using PmemTyped.Native.X64;

namespace PmemTyped.Native;

/// <summary>The instructions that make stores to persistent memory durable, as this process can reach them.</summary>
public static class PersistInstructions
{
    /// <summary>Bytes that one flush instruction writes back.</summary>
    public const int LineBytes = CacheLineFlusher.LineBytes;

    /// <summary>Gets the flush instruction in use; None when only msync is left.</summary>
    public static FlushInstruction Flush => CacheLineFlusher.Instruction;

    /// <summary>Gets why <see cref="Flush"/> is None, otherwise null.</summary>
    public static string? UnavailableBecause => CacheLineFlusher.UnavailableBecause;

    /// <summary>Waits until earlier flushes and streaming stores of this thread are in the power-fail domain: SFENCE.</summary>
    public static void Fence() => CacheLineFlusher.Fence();
}
