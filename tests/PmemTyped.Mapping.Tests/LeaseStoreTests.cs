using PmemTyped.Native;
using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests;

/// <summary>Copies, moves and fills of a lease, on every granularity that a platform can force.</summary>
public sealed class LeaseStoreTests : IDisposable
{
    private const int PageBytes = 4096;
    private const int MapBytes = 8 * PageBytes;
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    private delegate void LeaseUse(ref PmemMapLease lease);

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    public void The_bytes_arrive_with_every_option(string force)
    {
        for (int options = 0; options < 64; options++)
        {
            AssertBytesArrive(force, (StoreOptions)options);
        }
    }

    [Fact]
    public void A_window_of_the_same_map_may_be_copied_over_itself()
    {
        using PmemMap map = NewMap("1");
        using scoped PmemMapLease lease = map.Lease();
        byte[] content = [.. Enumerable.Range(0, 2000).Select(i => (byte)(i % 251))];
        lease.Copy(64, content);
        lease.Copy(77, lease.Window(64, 2000));
        Assert.Equal(content, lease.Window(77, 2000).ToArray());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    public void What_does_not_fit_or_is_unknown_changes_no_byte(string force)
    {
        using PmemMap map = NewMap(force);
        scoped PmemMapLease lease = map.Lease();
        byte[] content = new byte[PageBytes];
        Array.Fill(content, (byte)1);
        var unknown = (StoreOptions)64;
        Assert.Throws<ArgumentOutOfRangeException>(() => Use(map, (ref PmemMapLease l) => l.Copy(MapBytes - 4095, content)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Use(map, (ref PmemMapLease l) => l.Copy(-1, content)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Use(map, (ref PmemMapLease l) => l.Copy(0, content, unknown)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Use(map, (ref PmemMapLease l) => l.Move(0, 1, MapBytes)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Use(map, (ref PmemMapLease l) => l.Move(1, 0, MapBytes)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Use(map, (ref PmemMapLease l) => l.Move(1, 0, -1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Use(map, (ref PmemMapLease l) => l.Move(1, 0, 1, unknown)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Use(map, (ref PmemMapLease l) => l.Fill(1, MapBytes, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Use(map, (ref PmemMapLease l) => l.Fill(0, long.MaxValue, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Use(map, (ref PmemMapLease l) => l.Fill(0, 1, 1, unknown)));
        Assert.False(lease.Window(0, MapBytes).ContainsAnyExcept((byte)0));
        lease.Dispose();
    }

    [Fact]
    public void A_read_only_map_refuses_them_all()
    {
        NewMap("1").Dispose();
        using PmemSource source = PmemSource.Open(_directory.File("map"), writable: false);
        using PmemMap map = PmemMap.Map(source, new PmemMapConfig { Protection = MapProtection.Read });
        Assert.Throws<InvalidOperationException>(() => Use(map, (ref PmemMapLease l) => l.Copy(0, [1])));
        Assert.Throws<InvalidOperationException>(() => Use(map, (ref PmemMapLease l) => l.Move(0, 8, 8)));
        Assert.Throws<InvalidOperationException>(() => Use(map, (ref PmemMapLease l) => l.Fill(0, 8, 1)));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    public void They_allocate_nothing(string force)
    {
        using PmemMap map = NewMap(force);
        using scoped PmemMapLease lease = map.Lease();
        byte[] content = new byte[700];
        long before = 0;
        for (int round = 0; round < 200; round++)
        {
            if (round == 100)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            lease.Copy(3, content);
            lease.Copy(8, content.AsSpan(0, 8), StoreOptions.NoDrain);
            lease.Copy(64, content, StoreOptions.Temporal);
            lease.Move(100, 90, 700);
            lease.Fill(5, 600, 3);
            lease.Flush(0, 64);
            lease.Drain();
            lease.Persist(0, PageBytes);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Use(PmemMap map, LeaseUse use)
    {
        scoped PmemMapLease lease = map.Lease();
        try
        {
            use(ref lease);
        }
        finally
        {
            lease.Dispose();
        }
    }

    private void AssertBytesArrive(string force, StoreOptions options)
    {
        using PmemMap map = NewMap(force);
        using scoped PmemMapLease lease = map.Lease();
        byte[] content = [.. Enumerable.Range(0, 3000).Select(i => (byte)((i * 7) + 1))];
        byte[] expected = new byte[MapBytes];
        content.CopyTo(expected, 101);
        content.AsSpan(0, 40).CopyTo(expected.AsSpan(5000));
        expected.AsSpan(150, 2000).CopyTo(expected.AsSpan(190));
        expected.AsSpan(6000, 700).Fill(0x5A);
        expected.AsSpan(9, 3).Fill(0x5B);

        lease.Copy(101, content, options);
        lease.Copy(5000, content.AsSpan(0, 40), options);
        lease.Move(190, 150, 2000, options);
        lease.Fill(6000, 700, 0x5A, options);
        lease.Fill(9, 3, 0x5B, options);
        lease.Copy(MapBytes, [], options);
        lease.Move(100, 100, 500, options);

        Assert.Equal(expected, lease.Window(0, MapBytes).ToArray());
        Assert.Equal(expected, File.ReadAllBytes(map.Path));
    }

    private PmemMap NewMap(string force)
    {
        string path = _directory.File("map");
        File.WriteAllBytes(path, new byte[MapBytes]);
        using PmemSource source = PmemSource.Open(path, platform: ForcedPlatform.Of(force));
        return PmemMap.Map(source);
    }
}
