namespace PmemTyped.Native;

/// <summary>The instruction that writes a cache line back to the memory behind it.</summary>
public enum FlushInstruction
{
    /// <summary>None can be reached in this process; only msync makes stores durable.</summary>
    None = 0,

    /// <summary>CLFLUSH: writes back and evicts, ordered by itself.</summary>
    Clflush = 1,

    /// <summary>CLFLUSHOPT: writes back and evicts, ordered by a store fence.</summary>
    ClflushOpt = 2,

    /// <summary>CLWB: writes back and may keep the line, ordered by a store fence.</summary>
    Clwb = 3,
}
