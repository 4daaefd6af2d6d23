using PmemTyped.Mapping;

namespace PmemTyped.CrashTesting;

/// <summary>The bytes that one crash left. What the visitor stores into it is undone afterwards.</summary>
public sealed class CrashImage
{
    private readonly byte[] _durable;
    private readonly List<(long Offset, byte[] Before)> _undo = [];
    private int _applied;

    internal CrashImage(byte[] durable) => _durable = durable;

    /// <summary>Gets the size in bytes.</summary>
    public long LengthBytes => _durable.Length;

    /// <summary>
    /// A recording log over a copy of the image: open the structure through its medium, look at it, and enumerate the
    /// crash states of the recovery itself.
    /// </summary>
    /// <param name="granularity">What must be done to persist a byte.</param>
    public StoreLog ToLog(StoreGranularity granularity = StoreGranularity.CacheLine) => new(_durable, granularity);

    /// <summary>
    /// A medium over the image itself, without copying it. Its stores are undone before the next state.
    /// </summary>
    public ImageMedium Medium => new(this);

    /// <summary>Copies the image.</summary>
    public byte[] ToArray() => (byte[])_durable.Clone();

    /// <summary>Gets the number of stores made through <see cref="Medium"/> to this image.</summary>
    public int StoreCount { get; private set; }

    internal ReadOnlySpan<byte> Bytes => _durable;

    /// <summary>Undoes what was stored through <see cref="Medium"/>, back to what the crash left.</summary>
    public void UndoVisitorStores()
    {
        RevertTo(_applied);
        StoreCount = 0;
    }

    internal void Apply(CrashCell[] cells, int[] choice)
    {
        for (int i = 0; i < cells.Length; i++)
        {
            Store(cells[i].Offset, cells[i].Values[choice[i]]);
        }

        StoreCount = 0;
        _applied = _undo.Count;
    }

    internal void Store(long offset, ReadOnlySpan<byte> bytes)
    {
        Span<byte> target = _durable.AsSpan(checked((int)offset), bytes.Length);
        _undo.Add((offset, target.ToArray()));
        bytes.CopyTo(target);
        StoreCount++;
    }

    internal void Revert() => RevertTo(0);

    private void RevertTo(int count)
    {
        for (int i = _undo.Count - 1; i >= count; i--)
        {
            _undo[i].Before.CopyTo(_durable.AsSpan((int)_undo[i].Offset));
        }

        _undo.RemoveRange(count, _undo.Count - count);
    }
}
