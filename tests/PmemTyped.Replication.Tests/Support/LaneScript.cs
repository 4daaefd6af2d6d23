using PmemTyped.Mapping;

namespace PmemTyped.Replication.Tests.Support;

/// <summary>
/// Work on some lanes, one region for each, whose image after every step is known: so it can be told whether what a target
/// holds is a state that the initiator passed through, and one that is not before what was acknowledged.
/// </summary>
internal sealed class LaneScript
{
    internal const int Lanes = 2;

    private const int Steps = 14;
    private const int RegionBytes = 64 << 10;
    private const int BulkStart = 16 << 10;
    private const int BulkBytes = 20 << 10;

    private readonly byte[][][] _images = new byte[Lanes][][];
    private readonly int[] _done = new int[Lanes];
    private readonly int[] _acknowledged = new int[Lanes];

    internal LaneScript(PmemMap local)
    {
        using scoped PmemMapLease lease = local.Lease();
        for (int lane = 0; lane < Lanes; lane++)
        {
            _images[lane] = new byte[Steps + 1][];
            _images[lane][0] = lease.Window(StartOf(lane), RegionBytes).ToArray();
        }
    }

    internal static long StartOf(int lane) => (lane + 1) * RegionBytes;

    /// <summary>Runs to the end, or to the first exception, which leaves it.</summary>
    internal void Run(RemotePool pool, PmemMap local)
    {
        for (int step = 1; step <= Steps; step++)
        {
            for (int lane = 0; lane < Lanes; lane++)
            {
                Step(pool, local, lane, step);
            }
        }

        for (int lane = 0; lane < Lanes; lane++)
        {
            pool.Drain(lane);
            _acknowledged[lane] = Steps;
        }
    }

    /// <summary>Which step a region of the target is the image of; fails when it is none, or one before what was acknowledged.</summary>
    internal int RequirePrefix(int lane, byte[] region, string context)
    {
        int last = Array.FindLastIndex(_images[lane], i => i is not null && i.AsSpan().SequenceEqual(region));
        Assert.True(last >= 0, $"{context}, lane {lane}: the target holds what was never here");
        Assert.True(last >= _acknowledged[lane], $"{context}, lane {lane}: step {last} is there, {_acknowledged[lane]} was acknowledged");
        return last;
    }

    internal bool IsDone => _acknowledged.All(a => a == Steps);

    internal static int Length => RegionBytes;

    private void Step(RemotePool pool, PmemMap local, int lane, int step)
    {
        bool isBulk = step % 5 == 3;
        long offset = StartOf(lane) + (isBulk ? BulkStart : step * sizeof(ulong));
        int length = isBulk ? BulkBytes : sizeof(ulong);
        using (scoped PmemMapLease lease = local.Lease())
        {
            lease.Fill(offset, length, (byte)(step + (lane * 100)));
            _images[lane][step] = lease.Window(StartOf(lane), RegionBytes).ToArray();
        }

        RemotePersist how = isBulk ? RemotePersist.Relaxed : RemotePersist.None;
        switch (step % 7)
        {
            case 1 or 3 or 5:
                pool.Flush(offset, length, lane, how);
                _done[lane] = step;
                return;
            case 2:
                pool.Flush(offset, length, lane, how);
                _done[lane] = step;
                byte[] read = new byte[RegionBytes];
                pool.Read(StartOf(lane), read, lane);
                Assert.Equal(_images[lane][step], read);
                return;
            case 4:
                pool.Flush(offset, length, lane, how);
                pool.Drain(lane);
                break;
            case 6:
                pool.DeepPersist(offset, length, lane);
                break;
            default:
                pool.Persist(offset, length, lane, how);
                break;
        }

        _done[lane] = step;
        _acknowledged[lane] = step;
    }
}
