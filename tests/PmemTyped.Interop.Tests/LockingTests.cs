using PmemTyped.Blocks;
using PmemTyped.Interop.Tests.Reference;
using PmemTyped.Testing;

namespace PmemTyped.Interop.Tests;

/// <summary>A pool is open once, whoever opens it.</summary>
public sealed class LockingTests
{
    [ReferenceFact]
    public void While_we_have_a_pool_open_the_reference_and_its_tool_are_refused()
    {
        using var directory = TempDirectory.CreateInMemory();
        string path = directory.File("pool");
        using (BlockPool.Create(path, 512, BlockPool.MinPoolBytes))
        {
            AssertRefused(path);
        }

        using (BlockPool.Open(path))
        {
            AssertRefused(path);
        }

        ReferencePool.Open(path).Dispose();
        Pmempool.AssertSound(path);
    }

    [ReferenceFact]
    public void While_the_reference_has_a_pool_open_we_are_refused()
    {
        using var directory = TempDirectory.CreateInMemory();
        string path = directory.File("pool");
        using (ReferencePool.Create(path, 512, BlockPool.MinPoolBytes))
        {
            AssertWeAreRefused(path);
        }

        using (ReferencePool.Open(path))
        {
            AssertWeAreRefused(path);
        }

        BlockPool.Open(path).Dispose();
        Assert.True(BlockPool.Check(path).IsConsistent);
    }

    [ReferenceFact]
    public void A_refused_open_leaves_the_pool_locked_for_its_owner()
    {
        using var directory = TempDirectory.CreateInMemory();
        string path = directory.File("pool");
        using BlockPool pool = BlockPool.Create(path, 512, BlockPool.MinPoolBytes);
        AssertRefused(path);
        AssertRefused(path);
        pool.Write(0, new byte[512]);
    }

    private static void AssertRefused(string path)
    {
        ReferenceException open = Assert.Throws<ReferenceException>(() => ReferencePool.Open(path));
        Assert.Equal(ErrorNumbers.Again, open.ErrorNumber);
        PmempoolResult check = Pmempool.Check(path);
        Assert.True(check.ExitCode != 0, check.ToString());
        PmempoolResult remove = Pmempool.Run("rm", path);
        Assert.True(remove.ExitCode != 0, remove.ToString());
        Assert.True(File.Exists(path));
    }

    private static void AssertWeAreRefused(string path)
    {
        Assert.Equal(path, Assert.Throws<PmemInUseException>(() => BlockPool.Open(path)).Path);
        Assert.Throws<PmemInUseException>(() => BlockPool.Check(path));
        Assert.Throws<PmemInUseException>(() => BlockPool.Describe(path));
    }
}
