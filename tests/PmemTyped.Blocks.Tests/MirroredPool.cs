using PmemTyped.Mapping;
using PmemTyped.Sets.PoolSets;
using PmemTyped.Testing;

namespace PmemTyped.Blocks.Tests;

/// <summary>A block pool on two replicas: one file, and two files.</summary>
internal sealed class MirroredPool : IDisposable
{
    internal const int BlockBytes = 512;
    private const int PageBytes = 4096;
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    internal MirroredPool(string options = "")
    {
        SetPath = File("pool.set");
        System.IO.File.WriteAllText(
            SetPath, $"PMEMPOOLSET\n{options}18M {File("a")}\nREPLICA\n12M {File("b")}\n10M {File("c")}\n");
        using BlockPool pool = BlockPool.CreateInSet(SetPath, BlockBytes);
        for (int block = 0; block < 40; block++)
        {
            pool.Write(block, Content(block));
        }
    }

    internal string SetPath { get; }

    internal static byte[] Content(int seed)
    {
        byte[] content = new byte[BlockBytes];
        new Random(seed).NextBytes(content);
        return content;
    }

    internal string File(string name) => _directory.File(name);

    internal PoolSetSyncReport Sync(IProgress<double>? progress = null) =>
        PoolSetSync.Run(PoolSetFile.Load(SetPath), BlockPool.Signature, progress);

    /// <summary>Asserts that the pool is sound, holds what was written, and that both replicas hold the same bytes.</summary>
    internal void AssertWhole()
    {
        Assert.True(BlockPool.Check(SetPath).IsConsistent);
        byte[] read = new byte[BlockBytes];
        using (BlockPool pool = BlockPool.Open(SetPath))
        {
            for (int block = 0; block < 40; block++)
            {
                pool.Read(block, read);
                Assert.Equal(Content(block), read);
            }
        }

        AssertEqualReplicas();
    }

    internal void AssertEqualReplicas()
    {
        byte[] first = Read("a");
        bool isSingle = System.IO.File.ReadAllText(SetPath).Contains("SINGLEHDR", StringComparison.Ordinal);
        byte[] second =
            [.. Read("b"), .. Read("c").AsSpan(isSingle ? 0 : PageBytes)];
        Assert.True(first.AsSpan(PageBytes).SequenceEqual(second.AsSpan(PageBytes, first.Length - PageBytes)));
        Assert.True(first.AsSpan(4024, 64).SequenceEqual(second.AsSpan(4024, 64)));
    }

    internal Dictionary<string, byte[]> Bytes() => Directory.GetFiles(_directory.Path)
        .ToDictionary(f => f, System.IO.File.ReadAllBytes);

    /// <summary>The bytes of a file, also of one that is locked.</summary>
    internal byte[] Read(string name)
    {
        using PmemSource source = PmemSource.Open(File(name), writable: false);
        byte[] bytes = new byte[source.GetLengthBytes()];
        source.ReadAt(0, bytes);
        return bytes;
    }

    internal void Overwrite(string name, long offset, byte[] bytes)
    {
        using FileStream file = System.IO.File.OpenWrite(File(name));
        file.Position = offset;
        file.Write(bytes);
    }

    public void Dispose() => _directory.Dispose();
}
