using PmemTyped.Mapping;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Sets.PoolSets;

/// <summary>
/// Carries what became durable in the first replica to the others. Of the header page only the shutdown state: the rest is
/// each replica's own. A crash between the two leaves a mirror behind the first replica, which says that it is dirty then;
/// the next open catches up.
/// </summary>
/// <typeparam name="TMedium">What the replicas lie on.</typeparam>
/// <param name="master">The first replica.</param>
/// <param name="mirrors">The other local ones.</param>
/// <param name="remotes">Is told after the mirrors; null for nobody.</param>
internal sealed class PoolSetMirror<TMedium>(
    Func<TMedium> master, IReadOnlyList<TMedium> mirrors, IPersistObserver? remotes = null) : IPersistObserver
    where TMedium : struct, IPmemMedium
{
    private const int ChunkBytes = 1 << 20;
    private const int PageBytes = 4096;
    private const int AtomBytes = 8;
    private const long StateStart = PartHeaderLayout.ShutdownStateOffset;
    private const long StateEnd = StateStart + ShutdownStateLayout.SizeBytes;

    public void OnPersisted(in PersistEvent persisted)
    {
        long end = persisted.Offset + persisted.LengthBytes;
        CopyInside(persisted.Offset, end, StateStart, StateEnd);
        CopyInside(persisted.Offset, end, PartHeaderLayout.SizeBytes, long.MaxValue);
        remotes?.OnPersisted(in persisted);
    }

    public void OnDrained() => remotes?.OnDrained();

    public void OnBatchBegins() => remotes?.OnBatchBegins();

    /// <summary>Makes mirrors equal to the first replica, storing only pages that differ. Persisted on return.</summary>
    internal static void Equalize(TMedium master, IReadOnlyList<TMedium> mirrors)
    {
        foreach (TMedium mirror in mirrors)
        {
            EqualizeRange(master, mirror, StateStart, StateEnd);
            EqualizeRange(master, mirror, PartHeaderLayout.SizeBytes, master.LengthBytes);
        }
    }

    private static void EqualizeRange(TMedium from, TMedium to, long start, long end)
    {
        for (long at = start; at < end; at += ChunkBytes)
        {
            int length = (int)Math.Min(ChunkBytes, end - at);
            long next = Math.Min(2 * ChunkBytes, end - at);
            from.Preload(at, next);
            to.Preload(at, next);
            StoreDifferences(to, at, from.Window(at, length));

            // Also what is equal already: a killed process may have stored it and never flushed it.
            to.Persist(at, length, MirrorOrdering.P1);
        }
    }

    // Where pages are synced, one range reaches from the first to the last byte of a wave, over all that did not change in between.
    private static bool StoreDifferences(TMedium to, long offset, ReadOnlySpan<byte> bytes)
    {
        bool isStored = false;
        while (!bytes.IsEmpty)
        {
            int length = (int)Math.Min(bytes.Length, PageBytes - (offset % PageBytes));
            ReadOnlySpan<byte> there = to.Window(offset, length);
            if (!there.SequenceEqual(bytes[..length]))
            {
                int first = there.CommonPrefixLength(bytes) & ~(AtomBytes - 1);
                int last = length;
                while (there[last - 1] == bytes[last - 1])
                {
                    last--;
                }

                last = Math.Min(length, (last + AtomBytes - 1) & ~(AtomBytes - 1));
                to.StoreFlushed(offset + first, bytes[first..last], MirrorOrdering.P1);
                isStored = true;
            }

            offset += length;
            bytes = bytes[length..];
        }

        return isStored;
    }

    private static void Copy(TMedium to, long offset, ReadOnlySpan<byte> bytes)
    {
        if (StoreDifferences(to, offset, bytes))
        {
            // P1: crash before here: the mirror holds a part of this range, and all earlier ones.
            to.Drain(MirrorOrdering.P1);
        }
    }

    private void CopyInside(long start, long end, long first, long last)
    {
        start = Math.Max(start, first);
        end = Math.Min(end, last);
        while (start < end)
        {
            int length = (int)Math.Min(ChunkBytes, end - start);
            ReadOnlySpan<byte> bytes = master().Window(start, length);
            foreach (TMedium mirror in mirrors)
            {
                Copy(mirror, start, bytes);
            }

            start += length;
        }
    }
}
