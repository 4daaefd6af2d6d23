using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests;

/// <summary>The lock of a source excludes everybody else until the last map of it is gone.</summary>
public sealed class LockTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.Create();

    private string PathOfFile => _directory.File("locked");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_second_lock_is_refused_with_what_was_attempted()
    {
        File.WriteAllBytes(PathOfFile, new byte[4096]);
        using PmemSource first = PmemSource.Open(PathOfFile);
        using PmemSource second = PmemSource.Open(PathOfFile, writable: false);
        first.LockExclusive("open");
        var refusal = Assert.Throws<PmemInUseException>(() => second.LockExclusive("count"));
        Assert.Equal(("count", PathOfFile), (refusal.Operation, refusal.Path));
        Assert.Contains("already open in this or another process", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_lock_outlives_the_source_and_ends_with_the_map()
    {
        File.WriteAllBytes(PathOfFile, new byte[4096]);
        PmemSource first = PmemSource.Open(PathOfFile);
        first.LockExclusive("open");
        PmemMap map = PmemMap.Map(first);
        first.Dispose();

        using PmemSource second = PmemSource.Open(PathOfFile);
        Assert.Throws<PmemInUseException>(() => second.LockExclusive("open"));
        map.Dispose();
        second.LockExclusive("open");
    }

    [Fact]
    public void The_lock_ends_with_the_source_when_nothing_was_mapped()
    {
        File.WriteAllBytes(PathOfFile, new byte[4096]);
        using PmemSource second = PmemSource.Open(PathOfFile);
        using (PmemSource first = PmemSource.Open(PathOfFile))
        {
            first.LockExclusive("open");
        }

        second.LockExclusive("open");
    }
}
