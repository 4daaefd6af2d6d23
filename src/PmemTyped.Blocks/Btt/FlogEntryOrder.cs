namespace PmemTyped.Blocks.Btt;

/// <summary>
/// What keeps the activating half of a flog entry from being durable before the half it activates (Design 0011).
/// </summary>
internal enum FlogEntryOrder
{
    /// <summary>
    /// A drain between them, the one that the content of the block needs anyway. Holds on every medium.
    /// </summary>
    ByDrain = 1,

    /// <summary>
    /// The cache line that both lie in: x86 CPUs make ordered stores to one line durable in their order. A line is then
    /// written back once instead of twice, which is what costs most in a write.
    /// </summary>
    ByLine = 2,
}
