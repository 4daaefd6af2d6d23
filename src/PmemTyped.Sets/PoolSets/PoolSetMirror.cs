using PmemTyped.Mapping;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Sets.PoolSets;

/// <summary>
/// Carries what became durable in the first replica to the others. Of the header page only the shutdown state: the rest is
/// each replica's own. A crash between the two leaves a mirror behind the first replica, which says that it is dirty then;
/// the next open catches up.
/// </summary>
internal sealed class PoolSetMirror(Func<PmemMap> master, IReadOnlyList<PmemMap> mirrors) : IPersistObserver
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
    internal static void Equalize(PmemMap master, IReadOnlyList<PmemMap> mirrors)
    {
        using scoped PmemMapLease from = master.Lease();
        foreach (PmemMap mirror in mirrors)
        {
            using scoped PmemMapLease to = mirror.Lease();
            EqualizeRange(from, to, StateStart, StateEnd);
            EqualizeRange(from, to, PartHeaderLayout.SizeBytes, master.LengthBytes);
        }
    }

    private static void EqualizeRange(in PmemMapLease from, in PmemMapLease to, long start, long end)
    {
        for (long at = start; at < end; at += ChunkBytes)
        {
            int length = (int)Math.Min(ChunkBytes, end - at);
            ReadOnlySpan<byte> wanted = from.Window(at, length);
            if (!to.Window(at, length).SequenceEqual(wanted))
            {
                to.Copy(at, wanted);
            }
        }
    }

    private void CopyInside(long start, long end, long first, long last)
    {
        start = Math.Max(start, first);
        end = Math.Min(end, last);
        while (start < end)
        {
            int length = (int)Math.Min(ChunkBytes, end - start);
            ReadOnlySpan<byte> bytes = master().DangerousGetMedium().Window(start, length);
            foreach (PmemMap mirror in mirrors)
            {
                mirror.DangerousGetMedium().Copy(start, bytes, StoreOptions.None);
            }

            start += length;
        }
    }
}
