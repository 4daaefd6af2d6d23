using PmemTyped.Native;
using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests;

/// <summary>What is asked for and does not fit takes no room from others.</summary>
public sealed class FullDiskTests
{
    private const long Excess = 64 << 20;

    [Fact]
    public void A_sparse_file_that_does_not_fit_keeps_its_holes()
    {
        using TempDirectory directory = TempDirectory.Create();
        string path = directory.File("large");
        long room = new DriveInfo(directory.Path).TotalFreeSpace;
        using PmemSource source = PmemSource.OpenOrCreate(path, room + Excess, PmemFileOptions.Create | PmemFileOptions.Sparse);

        PmemIOException refusal = Assert.Throws<PmemIOException>(source.AllocateBlocks);

        Assert.Contains("ENOSPC", refusal.Message, StringComparison.Ordinal);
        using SafeFileDescriptor file = SafeFileDescriptor.OpenExisting(path, writable: false, out _)!;
        Assert.Equal(0, file.GetStatus(out FileStatus status));
        Assert.InRange(status.AllocatedBytes, 0, Excess);
    }
}
