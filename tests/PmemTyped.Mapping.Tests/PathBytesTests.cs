using System.Text;
using PmemTyped.Native;
using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests;

/// <summary>A name that is not UTF-8 is a name like any other.</summary>
public sealed class PathBytesTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.Create();
    private readonly byte[] _name;

    public PathBytesTests() => _name = [.. Encoding.UTF8.GetBytes(_directory.File("n")), 0xC3, 0x28, 0xFF];

    private string Shown => _directory.File("n\\xC3(\\xFF");

    // The runtime cannot remove what it cannot name.
    public void Dispose()
    {
        _ = new FilePath(_name).Unlink();
        _directory.Dispose();
    }

    [Fact]
    public void Every_way_to_a_source_takes_bytes()
    {
        using (PmemSource created = PmemSource.Create(_name, 4096))
        {
            created.SyncMetadata();
            Assert.Equal(Shown, created.Path);
        }

        using (PmemSource opened = PmemSource.Open(_name))
        {
            Assert.Equal(4096, opened.GetLengthBytes());
            Assert.Throws<PmemIOException>(() => PmemSource.Create(_name, 4096));
            opened.Unlink();
        }

        using (PmemSource again = PmemSource.OpenOrCreate(_name, 5000, PmemFileOptions.Create))
        {
            Assert.Equal(5000, again.GetLengthBytes());
        }

        using (PmemMap map = PmemMap.MapFile(_name))
        {
            Assert.Equal((5000, Shown), (map.LengthBytes, map.Path));
        }

        using PmemSource temporary = PmemSource.CreateTemporary(Encoding.UTF8.GetBytes(_directory.Path), 4096);
        Assert.Equal(4096, temporary.GetLengthBytes());
    }

    [Fact]
    public void A_refusal_shows_the_bytes()
    {
        var refusal = Assert.Throws<PmemIOException>(() => PmemSource.Open(_name));
        Assert.Equal((Errno.NoEntry, Shown), (refusal.ErrorNumber, refusal.Path));
    }

    [Fact]
    public void A_failed_creation_removes_the_file_of_that_name()
    {
        Assert.Throws<PmemIOException>(() => PmemSource.Create(_name, 1L << 62));
        Assert.Equal(Errno.NoEntry, new FilePath(_name).GetStatus(out _));
    }

    [Fact]
    public void A_link_may_lead_to_bytes()
    {
        using PmemSource created = PmemSource.Create(_name, 4096);
        using PmemSource relative = PmemSource.Open("/proc/self/fd/" + created.Descriptor!.DangerousGetHandle());
        Assert.Equal(4096, relative.GetLengthBytes());
    }
}
