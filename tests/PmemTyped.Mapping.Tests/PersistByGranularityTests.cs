using System.Globalization;
using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests;

/// <summary>
/// What flush, drain and persist do on each granularity. Nobody can see a line being written back, but a page that is no
/// longer mapped tells them apart: msync refuses it, a flush instruction ends the process, and nothing does nothing.
/// </summary>
public sealed class PersistByGranularityTests : IDisposable
{
    private const int PageBytes = 4096;
    private readonly TempDirectory _directory = TempDirectory.Create();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void On_byte_granularity_a_flush_touches_nothing()
    {
        WithHole((map, _) =>
        {
            MapMedium medium = Medium(map, StoreGranularity.Byte);
            medium.Flush(0, 3 * PageBytes, default);
            medium.Persist(PageBytes, PageBytes, default);
            medium.Drain(default);
            medium.StoreFlushed(0, new byte[PageBytes], default);
            medium.ClearFlushed(2 * PageBytes, PageBytes, default);
            Assert.False(map.IsFaulted);
            Assert.Equal(StoreGranularity.Byte, medium.Granularity);
        });
    }

    [Fact]
    public void On_byte_granularity_a_flush_outside_the_map_is_still_refused()
    {
        using PmemMap map = NewMap("0");
        MapMedium medium = Medium(map, StoreGranularity.Byte);
        Assert.Throws<ArgumentOutOfRangeException>(() => medium.Flush(0, (3 * PageBytes) + 1, default));
        Assert.Throws<ArgumentOutOfRangeException>(() => medium.Persist(-1, 1, default));
    }

    [Theory]
    [InlineData(StoreGranularity.Page)]
    [InlineData(StoreGranularity.CacheLine)]
    [InlineData(StoreGranularity.Byte)]
    public void Copies_moves_and_fills_reach_the_memory_on_every_granularity(StoreGranularity granularity)
    {
        using PmemMap map = NewMap(granularity == StoreGranularity.CacheLine ? "1" : "0");
        MapMedium medium = Medium(map, granularity);
        byte[] content = [.. Enumerable.Range(0, 1000).Select(i => (byte)(i + 1))];
        for (int options = 0; options < 64; options++)
        {
            medium.Fill(0, 3 * PageBytes, (byte)options, (StoreOptions)options);
            medium.Copy(50, content, (StoreOptions)options);
            medium.Move(60, 50, 1000, (StoreOptions)options);
            byte[] found = medium.Window(0, 1100).ToArray();
            Assert.Equal(content, found[60..1060]);
            Assert.Equal(content[..10], found[50..60]);
            Assert.DoesNotContain(found[..50].Concat(found[1060..]), b => b != options);
        }
    }

    [Fact]
    public void On_page_granularity_a_drain_does_nothing_and_a_flush_syncs()
    {
        WithHole((map, _) =>
        {
            MapMedium medium = Medium(map, StoreGranularity.Page);
            medium.Drain(default);
            medium.Flush(0, PageBytes, default);
            Assert.False(map.IsFaulted);
            Assert.Throws<PmemFaultedException>(() => medium.Persist(0, 2 * PageBytes, default));
            byte before = medium.Window(0, 1)[0];
            Assert.Throws<PmemFaultedException>(() => medium.Copy(0, new byte[] { 99 }, StoreOptions.NoFlush));
            Assert.Equal(before, medium.Window(0, 1)[0]);
        });
    }

    // A page that was stored to is dirty until it is synced, and with it its neighbours in a large folio.
    [DiskFact]
    public void On_page_granularity_only_NoFlush_leaves_the_pages_dirty()
    {
        using PmemMap map = NewMap("0");
        MapMedium medium = Medium(map, StoreGranularity.Page);
        medium.Flush(0, 3 * PageBytes, default); // the file is new, its pages are dirty
        byte[] content = new byte[PageBytes];
        foreach (StoreOptions options in (StoreOptions[])
            [StoreOptions.None, StoreOptions.NoDrain, StoreOptions.NonTemporal, StoreOptions.Temporal])
        {
            medium.Copy(0, content, options | StoreOptions.NoFlush);
            Assert.NotEqual(0, DirtyKilobytes(map));
            medium.Fill(0, PageBytes, 1, options);
            Assert.Equal(0, DirtyKilobytes(map));
            medium.Copy(PageBytes, content, options);
            medium.Move(0, PageBytes, PageBytes, options);
            Assert.Equal(0, DirtyKilobytes(map));
        }
    }

    private static MapMedium Medium(PmemMap map, StoreGranularity granularity) =>
        new(map, map.Handle.Range, granularity);

    private static int DirtyKilobytes(PmemMap map) => File.ReadLines("/proc/self/smaps")
        .SkipWhile(line => !line.EndsWith(map.Path, StringComparison.Ordinal))
        .Skip(1)
        .TakeWhile(line => !line.StartsWith("VmFlags", StringComparison.Ordinal))
        .Where(line => line.StartsWith("Private_Dirty", StringComparison.Ordinal)
            || line.StartsWith("Shared_Dirty", StringComparison.Ordinal))
        .Sum(line => int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));

    private void WithHole(Action<PmemMap, nint> run)
    {
        PmemMap map = NewMap("0");
        nint start = map.Handle.DangerousGetHandle();
        Assert.Equal(0, Interop.Munmap(start + PageBytes, PageBytes));
        run(map, start);

        // The hole may belong to someone else by now, so the handle must not release it.
        map.Handle.SetHandleAsInvalid();
        map.Dispose();
        Assert.Equal(0, Interop.Munmap(start, PageBytes));
        Assert.Equal(0, Interop.Munmap(start + (2 * PageBytes), PageBytes));
    }

    private PmemMap NewMap(string force)
    {
        string path = _directory.File("map");
        File.WriteAllBytes(path, new byte[3 * PageBytes]);
        using PmemSource source = PmemSource.Open(path, platform: ForcedPlatform.Of(force));
        return PmemMap.Map(source);
    }
}
