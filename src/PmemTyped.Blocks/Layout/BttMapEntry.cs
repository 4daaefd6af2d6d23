namespace PmemTyped.Blocks.Layout;

/// <summary>
/// A map entry: state in the two upper bits, internal block below (block pool format, section 8).
/// </summary>
/// <param name="Value">The 4 bytes.</param>
internal readonly record struct BttMapEntry(uint Value)
{
    internal const int SizeBytes = 4;
    internal const uint BlockMask = 0x3FFF_FFFF;
    private const int StateShift = 30;

    internal BlockState State => (BlockState)(Value >> StateShift);

    /// <summary>The internal block; meaningless in the initial state, see <see cref="Normalized"/>.</summary>
    internal uint Block => Value & BlockMask;

    internal static BttMapEntry Normal(uint block) => Make(block, BlockState.Normal);

    internal static BttMapEntry Make(uint block, BlockState state) => new(block | ((uint)state << StateShift));

    internal BttMapEntry WithState(BlockState state) => Make(Block, state);

    /// <summary>An initial entry owns the block of its own index; this writes that down.</summary>
    internal BttMapEntry Normalized(uint lba) => State == BlockState.Initial ? Normal(lba) : this;
}
