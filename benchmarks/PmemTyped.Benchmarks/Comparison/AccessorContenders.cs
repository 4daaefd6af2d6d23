using PmemTyped.Mapping;

namespace PmemTyped.Benchmarks.Comparison;

// One operation is a pass of many steps, so that the clock and the lease do not count. Each store keeps
// the compiler from loading once for all of them. A step is long enough to need more time for its loads than to be decoded;
// of a shorter one, the time is that of its jump, which depends on where it lies.

/// <summary>Getters of both sides.</summary>
internal sealed class Gets(PmemMap map) : Places
{
    internal const int Steps = 64;

    protected override (Contender Ours, Contender Peer) At<TPlace>() => (new OurGets<TPlace>(map), new RawGets<TPlace>(map));
}

/// <summary>Setters of both sides.</summary>
internal sealed class Sets(PmemMap map) : Places
{
    protected override (Contender Ours, Contender Peer) At<TPlace>() => (new OurSets<TPlace>(map), new RawSets<TPlace>(map));
}

/// <summary>Sixteen getters and four setters.</summary>
/// <typeparam name="TPlace">See <see cref="Places"/>.</typeparam>
internal sealed class OurGets<TPlace>(PmemMap map) : PlacedContender<TPlace>
    where TPlace : struct
{
    internal override void Run(int operations)
    {
        Shift();
        using scoped PmemMapLease lease = map.Lease();
        Persistent<Narrow> cursor = lease.At<Narrow>(0);
        for (int i = 0; i < operations; i++)
        {
            for (int step = 0; step < Gets.Steps; step++)
            {
                cursor.E = cursor.A + cursor.B + cursor.C + cursor.D + step;
                cursor.F = cursor.A + cursor.B + cursor.C + cursor.D + step;
                cursor.G = cursor.A + cursor.B + cursor.C + cursor.D + step;
                cursor.H = cursor.A + cursor.B + cursor.C + cursor.D + step;
            }
        }

        cursor.Persist();
    }
}

/// <summary>The same through a pointer.</summary>
/// <typeparam name="TPlace">See <see cref="Places"/>.</typeparam>
internal sealed class RawGets<TPlace>(PmemMap map) : PlacedContender<TPlace>
    where TPlace : struct
{
    internal override unsafe void Run(int operations)
    {
        Shift();
        using scoped PmemMapLease lease = map.Lease();
        fixed (byte* bytes = lease.Window(0, Narrow.Size))
        {
            Narrow* cursor = (Narrow*)bytes;
            for (int i = 0; i < operations; i++)
            {
                for (int step = 0; step < Gets.Steps; step++)
                {
                    cursor->E = cursor->A + cursor->B + cursor->C + cursor->D + step;
                    cursor->F = cursor->A + cursor->B + cursor->C + cursor->D + step;
                    cursor->G = cursor->A + cursor->B + cursor->C + cursor->D + step;
                    cursor->H = cursor->A + cursor->B + cursor->C + cursor->D + step;
                }
            }
        }

        lease.At<Narrow>(0).Persist();
    }
}

/// <summary>Four setters.</summary>
/// <typeparam name="TPlace">See <see cref="Places"/>.</typeparam>
internal sealed class OurSets<TPlace>(PmemMap map) : PlacedContender<TPlace>
    where TPlace : struct
{
    internal override void Run(int operations)
    {
        Shift();
        using scoped PmemMapLease lease = map.Lease();
        Persistent<Narrow> cursor = lease.At<Narrow>(0);
        for (int i = 0; i < operations; i++)
        {
            for (int step = 0; step < Gets.Steps; step++)
            {
                cursor.A = step;
                cursor.B = step;
                cursor.C = step;
                cursor.D = step;
            }
        }

        cursor.Persist();
    }
}

/// <summary>The same through a pointer.</summary>
/// <typeparam name="TPlace">See <see cref="Places"/>.</typeparam>
internal sealed class RawSets<TPlace>(PmemMap map) : PlacedContender<TPlace>
    where TPlace : struct
{
    internal override unsafe void Run(int operations)
    {
        Shift();
        using scoped PmemMapLease lease = map.Lease();
        fixed (byte* bytes = lease.Window(0, Narrow.Size))
        {
            Narrow* cursor = (Narrow*)bytes;
            for (int i = 0; i < operations; i++)
            {
                for (int step = 0; step < Gets.Steps; step++)
                {
                    cursor->A = step;
                    cursor->B = step;
                    cursor->C = step;
                    cursor->D = step;
                }
            }
        }

        lease.At<Narrow>(0).Persist();
    }
}
