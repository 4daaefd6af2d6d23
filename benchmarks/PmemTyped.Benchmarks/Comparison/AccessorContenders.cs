using PmemTyped.Mapping;

namespace PmemTyped.Benchmarks.Comparison;

// One operation is a pass of many steps, so that the clock and the lease do not count. The store at the end of each step is
// what keeps the compiler from loading once for all of them.

/// <summary>Four getters and a setter.</summary>
internal sealed class OurGets(PmemMap map) : Contender
{
    internal const int Steps = 64;

    internal override void Run(int operations)
    {
        using scoped PmemMapLease lease = map.Lease();
        Persistent<Narrow> cursor = lease.At<Narrow>(0);
        for (int i = 0; i < operations; i++)
        {
            for (int step = 0; step < Steps; step++)
            {
                cursor.H = cursor.A + cursor.B + cursor.C + cursor.D + step;
            }
        }

        cursor.Persist();
    }
}

/// <summary>The same through a pointer.</summary>
internal sealed class RawGets(PmemMap map) : Contender
{
    internal override unsafe void Run(int operations)
    {
        using scoped PmemMapLease lease = map.Lease();
        fixed (byte* bytes = lease.Window(0, Narrow.Size))
        {
            Narrow* cursor = (Narrow*)bytes;
            for (int i = 0; i < operations; i++)
            {
                for (int step = 0; step < OurGets.Steps; step++)
                {
                    cursor->H = cursor->A + cursor->B + cursor->C + cursor->D + step;
                }
            }
        }

        lease.At<Narrow>(0).Persist();
    }
}

/// <summary>Four setters.</summary>
internal sealed class OurSets(PmemMap map) : Contender
{
    internal override void Run(int operations)
    {
        using scoped PmemMapLease lease = map.Lease();
        Persistent<Narrow> cursor = lease.At<Narrow>(0);
        for (int i = 0; i < operations; i++)
        {
            for (int step = 0; step < OurGets.Steps; step++)
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
internal sealed class RawSets(PmemMap map) : Contender
{
    internal override unsafe void Run(int operations)
    {
        using scoped PmemMapLease lease = map.Lease();
        fixed (byte* bytes = lease.Window(0, Narrow.Size))
        {
            Narrow* cursor = (Narrow*)bytes;
            for (int i = 0; i < operations; i++)
            {
                for (int step = 0; step < OurGets.Steps; step++)
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
