using PmemTyped.Blocks.Btt;

namespace PmemTyped.Blocks;

/// <summary>
/// A block that is read in place, without a copy. Its content does not change while the lease is held, even if the block
/// is written meanwhile: then it is the old content. A writer that needs the place waits, so hold it shortly, and dispose
/// it on the thread that made it. Threads: one.
/// </summary>
public ref struct BlockLease : IDisposable
{
    private readonly int _slot;
    private LeaseTable? _leases;

    internal BlockLease(BlockState state, ReadOnlySpan<byte> content, LeaseTable? leases, int slot)
    {
        State = state;
        Content = content;
        _leases = leases;
        _slot = slot;
    }

    /// <summary>Gets the state of the block.</summary>
    public readonly BlockState State { get; }

    /// <summary>Gets the bytes of the block where it lies; none unless the state is Normal. Not valid after Dispose.</summary>
    public readonly ReadOnlySpan<byte> Content { get; }

    /// <summary>Lets writers have the place again. A copy of this value must not be disposed too.</summary>
    public void Dispose()
    {
        _leases?.Return(_slot);
        _leases = null;
    }
}
