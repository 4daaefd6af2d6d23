using PmemTyped.Sets;

namespace PmemTyped.Blocks;

/// <content>The bytes that the format leaves to the application.</content>
public sealed partial class BlockPool
{
    /// <summary>Copies the first bytes of the application area.</summary>
    /// <param name="destination">At most <see cref="ApplicationAreaBytes"/> bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is longer.</exception>
    public void ReadApplicationArea(Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destination.Length, ApplicationAreaBytes, nameof(destination));
        byte[] area = _core.Table.WhileQuiet(() =>
        {
            byte[] copy = new byte[ApplicationAreaBytes];
            _core.ReadApplicationArea(copy);
            return copy;
        });
        area.AsSpan(0, destination.Length).CopyTo(destination);
    }

    /// <summary>
    /// Writes into the application area, where the first eight bytes must be zero so far. They are stored last, so after a
    /// crash all of it is there or they are zero. Persisted on return.
    /// </summary>
    /// <param name="source">At least 8 bytes, the first eight not all zero.</param>
    /// <param name="offset">Where in the area, in bytes, a multiple of 8.</param>
    /// <exception cref="InvalidOperationException">The area is in use there already.</exception>
    /// <exception cref="NotSupportedException">The pool may only be read.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The offset is outside the area or no multiple of 8.</exception>
    /// <exception cref="ArgumentException">The bytes are too many, too few, or begin with zeros.</exception>
    public void InitializeApplicationArea(ReadOnlyMemory<byte> source, int offset = 0)
    {
        CheckOffset(offset);
        BlockPoolFile.CheckApplicationArea(source.Span, ApplicationAreaBytes - offset);
        using scoped PersistBatch batch = BeginBatch();
        _ = _core.Table.WhileQuiet(() =>
        {
            _core.InitializeApplicationArea(source.Span, offset);
            return true;
        });
    }

    /// <summary>
    /// Takes back what was written into the application area: its first eight bytes become zero, in one store, and something
    /// else can be written there. Persisted on return.
    /// </summary>
    /// <param name="offset">Where in the area, in bytes, a multiple of 8.</param>
    /// <exception cref="NotSupportedException">The pool may only be read.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The offset is outside the area or no multiple of 8.</exception>
    public void RetractApplicationArea(int offset = 0)
    {
        CheckOffset(offset);
        using scoped PersistBatch batch = BeginBatch();
        _ = _core.Table.WhileQuiet(() =>
        {
            _core.RetractApplicationArea(offset);
            return true;
        });
    }

    private static void CheckOffset(int offset)
    {
        if (offset < 0 || offset > ApplicationAreaBytes - sizeof(ulong) || offset % sizeof(ulong) != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(offset),
                FormattableString.Invariant(
                    $"Offset {offset} is no multiple of 8 between 0 and {ApplicationAreaBytes - sizeof(ulong)}."));
        }
    }
}
