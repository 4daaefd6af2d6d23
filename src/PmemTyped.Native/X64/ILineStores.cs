namespace PmemTyped.Native.X64;

/// <summary>
/// How one instruction set copies one line. The whole line is loaded before any of it is stored, so source and
/// destination may overlap.
/// </summary>
internal unsafe interface ILineStores
{
    /// <summary>Gets which instruction set this is.</summary>
    static abstract StoreInstructions Instructions { get; }

    /// <summary>
    /// Gets a value indicating whether a line takes several streaming stores, so that its write-combining buffer can
    /// be evicted half full.
    /// </summary>
    static abstract bool FillsLinesInSteps { get; }

    /// <summary>Copies a line with ordinary stores.</summary>
    /// <param name="destination">A multiple of 64.</param>
    /// <param name="source">Any alignment.</param>
    static abstract void Store(byte* destination, byte* source);

    /// <summary>Stores one value into every byte of a line, with the width of this instruction set.</summary>
    /// <param name="line">A multiple of 64.</param>
    /// <param name="value">The value.</param>
    static abstract void Repeat(byte* line, byte value);

    /// <summary>Copies a line with streaming stores.</summary>
    /// <param name="destination">A multiple of 64.</param>
    /// <param name="source">Any alignment.</param>
    static abstract void Stream(byte* destination, byte* source);
}
