namespace PmemTyped.Native.Tests;

/// <summary>The list of all maps, with entries at addresses where nothing is mapped; only its arithmetic is asked.</summary>
public sealed class LiveMapsTests : IDisposable
{
    // Below every place that the kernel gives out.
    private const int Base = 0x10000;

    private readonly List<LiveMap> _entries = [];

    public void Dispose() => _entries.ForEach(LiveMaps.Remove);

    // Persistent: [0, 4096) and [4096, 8192) touch; a hole of one byte before [8193, 12000), whose last page has a rest;
    // [16384, 20480) is ordinary, [20480, 24576) persistent.
    [Theory]
    [InlineData(0, 4096, true)]
    [InlineData(0, 8192, true)]
    [InlineData(1, 8191, true)]
    [InlineData(4095, 2, true)]
    [InlineData(8191, 1, true)]
    [InlineData(0, 8193, false)]
    [InlineData(8191, 3, false)]
    [InlineData(8192, 1, false)]
    [InlineData(8193, 3807, true)]
    [InlineData(8193, 3808, false)]
    [InlineData(-1, 2, false)]
    [InlineData(-1, 1, false)]
    [InlineData(11999, 1, true)]
    [InlineData(12000, 1, false)]
    [InlineData(12288, 1, false)]
    [InlineData(16384, 1, false)]
    [InlineData(20480, 4096, true)]
    [InlineData(20479, 2, false)]
    [InlineData(24575, 2, false)]
    [InlineData(0, 0, false)]
    [InlineData(0, 1L << 40, false)]
    public void Memory_is_persistent_if_every_byte_is(int offset, long lengthBytes, bool expected)
    {
        Add(0, 4096, 4096, isPersistent: true);
        Add(4096, 4096, 4096, isPersistent: true);
        Add(8193, 12000 - 8193, 12288 - 8193, isPersistent: true);
        Add(16384, 4096, 4096, isPersistent: false);
        Add(20480, 4096, 4096, isPersistent: true);
        Assert.Equal(expected, LiveMaps.ContainsPersistent(Base + offset, lengthBytes));
    }

    [Theory]
    [InlineData(4096, 4096, false)]
    [InlineData(8191, 4096, false)]
    [InlineData(0, 4097, false)]
    [InlineData(0, 16384, false)]
    [InlineData(5000, 8, false)]
    [InlineData(0, 4096, true)]
    [InlineData(8192, 4096, true)]
    public void A_place_is_given_once(int offset, long lengthBytes, bool expected)
    {
        Add(4096, 100, 4096, isPersistent: true);
        var entry = new LiveMap(Base + offset, lengthBytes, lengthBytes, isInReservation: false);
        Assert.Equal(!expected, LiveMaps.IsOccupied(Base + offset, lengthBytes));
        Assert.Equal(expected, LiveMaps.TryAdd(entry));
        LiveMaps.Remove(entry);
        Assert.True(LiveMaps.ContainsPersistent(Base + 4096, 100));
    }

    [Fact]
    public void A_place_that_the_kernel_gives_again_drops_the_entries_that_were_there()
    {
        LiveMap first = Add(1, 4095, 4095, isPersistent: true);
        Add(4096, 4096, 4096, isPersistent: true);
        Add(8192, 4096, 4096, isPersistent: true);
        var again = new LiveMap(Base + 2048, 4096, 4096, isInReservation: false);
        LiveMaps.Add(again);
        Assert.False(LiveMaps.ContainsPersistent(Base + 1, 1));
        Assert.False(LiveMaps.ContainsPersistent(Base + 6144, 1));
        Assert.True(LiveMaps.ContainsPersistent(Base + 8192, 4096));

        // Nothing is unmapped for an entry that lost its place: the address is odd, so the kernel would refuse.
        Assert.True(LiveMaps.Release(first));
        LiveMaps.Remove(again);
    }

    [Fact]
    public void A_map_that_nobody_refers_to_is_not_found_but_occupies_its_place()
    {
        object alive = new();
        LiveMaps.Publish(Add(0, 4096, 4096, isPersistent: false), alive, isPersistent: false);
        Add(4096, 4096, 4096, isPersistent: false);
        Assert.Equal([alive], LiveMaps.In(Base, 8192));
        Assert.Empty(LiveMaps.In(Base + 4096, 4096));
        Assert.True(LiveMaps.IsOccupied(Base + 4096, 1));
        Assert.True(LiveMaps.IsCrossed(Base + 1));
        Assert.False(LiveMaps.IsCrossed(Base + 4096));
        GC.KeepAlive(alive);
    }

    private LiveMap Add(int offset, long lengthBytes, long reservedBytes, bool isPersistent)
    {
        var entry = new LiveMap(Base + offset, lengthBytes, reservedBytes, isInReservation: false)
        {
            IsPersistent = isPersistent,
        };
        Assert.True(LiveMaps.TryAdd(entry));
        _entries.Add(entry);
        return entry;
    }
}
