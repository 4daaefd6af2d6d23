using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests;

/// <summary>What a file was opened for decides what can be mapped; what was mapped decides what a lease does.</summary>
public sealed class ProtectionTests : IDisposable
{
    private const MapProtection ReadWrite = MapProtection.Read | MapProtection.Write;
    private readonly TempDirectory _directory = TempDirectory.Create();

    private delegate void LeaseUse(ref PmemMapLease lease);

    private string PathOfFile => _directory.File("protected");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(true, ReadWrite, false, Errno.None)]
    [InlineData(true, MapProtection.Read, false, Errno.None)]
    [InlineData(true, MapProtection.Write, false, Errno.None)]
    [InlineData(true, ReadWrite, true, Errno.None)]
    [InlineData(true, MapProtection.None, false, Errno.None)]
    [InlineData(true, ReadWrite | MapProtection.Execute, false, Errno.None)]
    [InlineData(false, ReadWrite, false, Errno.Access)]
    [InlineData(false, MapProtection.Write, false, Errno.Access)]
    [InlineData(false, MapProtection.Read, false, Errno.None)]
    [InlineData(false, ReadWrite, true, Errno.None)]
    [InlineData(false, MapProtection.None, false, Errno.None)]
    [InlineData(false, MapProtection.Read | MapProtection.Execute, false, Errno.None)]
    public void Protection_and_the_way_the_file_was_opened_decide(
        bool writable, MapProtection protection, bool isPrivate, int error)
    {
        using PmemSource source = NewSource(writable);
        var config = new PmemMapConfig { Protection = protection, IsPrivate = isPrivate };
        if (error != Errno.None)
        {
            var refusal = Assert.Throws<PmemIOException>(() => PmemMap.Map(source, config));
            Assert.Equal(("map", PathOfFile, error), (refusal.Operation, refusal.Path, refusal.ErrorNumber));
            Assert.DoesNotContain(File.ReadLines("/proc/self/maps"), l => l.EndsWith(PathOfFile, StringComparison.Ordinal));
            return;
        }

        using PmemMap map = PmemMap.Map(source, config);
        Assert.Equal((protection, protection.HasFlag(MapProtection.Write)), (map.Protection, map.IsWritable));
        string letters = File.ReadLines("/proc/self/maps")
            .Single(l => l.EndsWith(PathOfFile, StringComparison.Ordinal)).Split(' ')[1];
        Assert.Equal(
            string.Concat(
                Letter(protection, MapProtection.Read, 'r'),
                Letter(protection, MapProtection.Write, 'w'),
                Letter(protection, MapProtection.Execute, 'x'),
                isPrivate ? 'p' : 's'),
            letters);
    }

    [SmallDiskFact]
    public void A_mount_that_forbids_execution_is_reported_with_its_error_number()
    {
        using SmallDisk disk = SmallDisk.Mount();
        File.WriteAllBytes(disk.File("program"), new byte[4096]);
        disk.ForbidExecution();
        using PmemSource source = PmemSource.Open(disk.File("program"));
        using PmemMap readable = PmemMap.Map(source);
        var refusal = Assert.Throws<PmemIOException>(
            () => PmemMap.Map(source, new PmemMapConfig { Protection = MapProtection.Read | MapProtection.Execute }));
        Assert.Equal(("map", Errno.OperationNotPermitted), (refusal.Operation, refusal.ErrorNumber));
    }

    [Fact]
    public void Without_read_every_read_is_refused_instead_of_ending_the_process()
    {
        using PmemSource source = NewSource(writable: true);
        using PmemMap map = PmemMap.Map(source, new PmemMapConfig { Protection = MapProtection.Write });
        scoped PmemMapLease lease = map.Lease();
        Assert.Contains("mapped with Write", Refusal(ref lease, (ref PmemMapLease l) => _ = l.Window(0, 1)), StringComparison.Ordinal);
        lease.Copy(0, [9]);
        lease.Persist(0, 8192);
        lease.Dispose();
        Assert.Equal(9, File.ReadAllBytes(PathOfFile)[0]);
    }

    [Fact]
    public void Without_write_every_store_is_refused()
    {
        using PmemSource source = NewSource(writable: true);
        using PmemMap map = PmemMap.Map(source, new PmemMapConfig { Protection = MapProtection.Read });
        scoped PmemMapLease lease = map.Lease();
        Assert.Contains("mapped read-only", Refusal(ref lease, (ref PmemMapLease l) => l.Copy(0, [1])), StringComparison.Ordinal);
        lease.Persist(0, 8192);
        Assert.Equal(0, lease.Window(0, 1)[0]);
        lease.Dispose();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    public void Without_read_and_write_nothing_can_be_flushed_either(string force)
    {
        using PmemSource source = NewSource(writable: true, ForcedPlatform.Of(force));
        using PmemMap map = PmemMap.Map(source, new PmemMapConfig { Protection = MapProtection.None });
        LeaseUse[] uses =
        [
            (ref PmemMapLease l) => _ = l.Window(0, 1),
            (ref PmemMapLease l) => l.Copy(0, [1]),
            (ref PmemMapLease l) => l.Flush(0, 1),
            (ref PmemMapLease l) => l.Persist(0, 1),
            (ref PmemMapLease l) => l.DeepFlush(0, 1),
            (ref PmemMapLease l) => l.DeepDrain(0, 1),
            (ref PmemMapLease l) => l.DeepPersist(0, 1),
        ];
        scoped PmemMapLease lease = map.Lease();
        foreach (LeaseUse use in uses)
        {
            Assert.Contains("mapped with None", Refusal(ref lease, use), StringComparison.Ordinal);
        }

        lease.Dispose();
    }

    private static string Letter(MapProtection protection, MapProtection bit, char letter) =>
        (protection.HasFlag(bit) ? letter : '-').ToString();

    private static string Refusal(ref PmemMapLease lease, LeaseUse use)
    {
        try
        {
            use(ref lease);
            return "not refused";
        }
        catch (InvalidOperationException refusal)
        {
            return refusal.Message;
        }
    }

    private PmemSource NewSource(bool writable, PmemPlatform? platform = null)
    {
        File.WriteAllBytes(PathOfFile, new byte[8192]);
        return PmemSource.Open(PathOfFile, writable, platform);
    }
}
