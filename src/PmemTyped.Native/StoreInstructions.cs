namespace PmemTyped.Native;

/// <summary>The instructions that copies and fills are made of.</summary>
public enum StoreInstructions
{
    /// <summary>Whatever the runtime copies with: no streaming stores, and no promise about 8-byte words.</summary>
    Runtime = 0,

    /// <summary>A loop of 8-byte stores, no streaming stores.</summary>
    Words = 1,

    /// <summary>SSE2: 16 bytes for each store.</summary>
    Sse2 = 2,

    /// <summary>AVX: 32 bytes for each store.</summary>
    Avx = 3,

    /// <summary>AVX-512F: 64 bytes, a whole line, for each store.</summary>
    Avx512 = 4,
}
