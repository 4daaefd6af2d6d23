using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Native.Linux;
using PmemTyped.Sets.Layout;
using PmemTyped.Testing;

namespace PmemTyped.Blocks.Tests;

/// <summary>
/// A pool on NVDIMMs is opened again after its process died, and refused after its devices lost power unsafely meanwhile
/// (block pool format, section 4).
/// </summary>
public sealed class ShutdownStateTests : IDisposable
{
    private const int BlockBytes = 512;
    private readonly TempDirectory _directory = TempDirectory.Create();
    private readonly MadeSysfs _sysfs = new();

    public ShutdownStateTests()
    {
        BlockPool.Create(PathOfPool, BlockBytes, BlockPool.MinPoolBytes, new BlockPoolOptions { IsSparse = true }).Dispose();
        using SafeFileDescriptor file = SafeFileDescriptor.OpenExisting(PathOfPool, writable: false, out _)!;
        file.GetStatus(out FileStatus status);
        _sysfs.AddDimm(0, 3).AddDimm(1, 40).AddRegion(0, 0, 1);
        _sysfs.AddDisk(FormattableString.Invariant($"{status.DeviceMajor}:{status.DeviceMinor}"));
    }

    private string PathOfPool => _directory.File("pool");

    public void Dispose()
    {
        _sysfs.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void An_open_pool_carries_the_count_of_its_devices()
    {
        using (BlockPool pool = Open())
        {
            Assert.Equal((43ul, 1), (State().UnsafeShutdownCount, State().Dirty));
            Assert.NotEqual(0ul, State().DeviceUuid);
            Assert.Empty(pool.Check().Findings);
        }

        Assert.Equal((43ul, 0), (State().UnsafeShutdownCount, State().Dirty));
    }

    [Fact]
    public void A_pool_whose_process_died_opens_again()
    {
        LeaveDirty();
        using BlockPool pool = Open();
        Assert.Equal(1, State().Dirty);
    }

    [Theory]
    [InlineData("nfit/dirty_shutdown", "4\n")]
    [InlineData("nfit/dirty_shutdown", "2\n")]
    [InlineData("nfit/id", "8089-a2-1809-00000999\n")]
    public void A_pool_that_was_open_when_its_devices_changed_is_refused_unchanged(string attribute, string now)
    {
        LeaveDirty();
        byte[] before = File.ReadAllBytes(PathOfPool);
        _sysfs.Write($"{MadeSysfs.Dimm(0)}/{attribute}", now);
        var refusal = Assert.Throws<PmemCorruptionException>(Open);
        Assert.Equal("shutdown state", refusal.Structure);
        Assert.Contains("count 43,", refusal.Expected, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(PathOfPool));
    }

    [Fact]
    public void A_pool_that_was_closed_opens_whatever_happened_to_its_devices()
    {
        Open().Dispose();
        _sysfs.Write($"{MadeSysfs.Dimm(0)}/nfit/dirty_shutdown", "4\n");
        using BlockPool pool = Open();
        Assert.Equal((44ul, 1), (State().UnsafeShutdownCount, State().Dirty));
    }

    [Fact]
    public void A_pool_whose_counts_cannot_be_read_keeps_its_clean_state_and_is_refused_when_dirty()
    {
        byte[] clean = File.ReadAllBytes(PathOfPool);
        _sysfs.Write($"{MadeSysfs.Dimm(0)}/nfit/dirty_shutdown", "many\n");
        Open().Dispose();
        Assert.Equal(clean, File.ReadAllBytes(PathOfPool));

        _sysfs.Write($"{MadeSysfs.Dimm(0)}/nfit/dirty_shutdown", "3\n");
        LeaveDirty();
        _sysfs.Write($"{MadeSysfs.Dimm(0)}/nfit/dirty_shutdown", "many\n");
        Assert.Contains("cannot be read", Assert.Throws<PmemFormatException>(Open).Message, StringComparison.Ordinal);
    }

    private BlockPool Open() => BlockPoolFile.Open(
        PathOfPool, BlockBytes, accept: null, new PmemPlatform(_ => null, _sysfs.Root));

    // The header of an open pool is what a killed process leaves.
    private void LeaveDirty()
    {
        byte[] open;
        using (Open())
        {
            open = Header();
        }

        using FileStream file = File.OpenWrite(PathOfPool);
        file.Write(open);
    }

    private ShutdownStateLayout State() => Blittable.Read<PartHeaderLayout>(Header()).ShutdownState;

    // A file stream would not share a pool that is locked.
    private byte[] Header()
    {
        using SafeFileDescriptor file = SafeFileDescriptor.OpenExisting(PathOfPool, writable: false, out _)!;
        byte[] header = new byte[PartHeaderLayout.SizeBytes];
        Assert.Equal(Errno.None, file.ReadNext(header, out int count));
        Assert.Equal(header.Length, count);
        return header;
    }
}
