using PmemTyped.Mapping;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Sets.PoolSets;

/// <summary>
/// Carries what became durable in the first replica to the others. Of the header page only the shutdown state: the rest is
/// each replica's own. A crash between the two leaves a mirror behind the first replica, which says that it is dirty then;
/// the next open catches up.
/// </summary>
/// <typeparam name="TMedium">What the replicas lie on.</typeparam>
internal sealed class PoolSetMirror<TMedium>(Func<TMedium> master, IReadOnlyList<TMedium> mirrors) : IPersistObserver
    where TMedium : struct, IPmemMedium
{
    private const int ChunkBytes = 1 << 20;
    private const long StateStart = PartHeaderLayout.ShutdownStateOffset;
    private const long StateEnd = StateStart + ShutdownStateLayout.SizeBytes;

    public void OnPersisted(in PersistEvent persisted)
    {
        long end = persisted.Offset + persisted.LengthBytes;
        CopyInside(persisted.Offset, end, StateStart, StateEnd);
        CopyInside(persisted.Offset, end, PartHeaderLayout.SizeBytes, long.MaxValue);
    }

    /// <summary>Makes mirrors equal to the first replica, storing only chunks that differ. Persisted on return.</summary>
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
            ReadOnlySpan<byte> wanted = from.Window(at, length);
            if (!to.Window(at, length).SequenceEqual(wanted))
            {
                Copy(to, at, wanted);
            }
        }
    }

    // P1: crash before here: the mirror holds a part of this range, and all earlier ones.
    private static void Copy(TMedium to, long offset, ReadOnlySpan<byte> bytes)
    {
        to.StoreFlushed(offset, bytes, MirrorOrdering.P1);
        to.Drain(MirrorOrdering.P1);
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
