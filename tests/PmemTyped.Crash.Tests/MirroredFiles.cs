using PmemTyped.Blocks;
using PmemTyped.Sets;
using PmemTyped.Sets.PoolSets;
using PmemTyped.Testing;

namespace PmemTyped.Crash.Tests;

/// <summary>A pool set whose first replica has two parts and whose second one has one; its files take what a crash left.</summary>
internal sealed class MirroredFiles : IDisposable
{
    private const int FirstPartBytes = 12 << 20;
    private const int PageBytes = 4096;
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    internal MirroredFiles()
    {
        File.WriteAllText(
            SetPath,
            FormattableString.Invariant(
                $"PMEMPOOLSET\n{FirstPartBytes} {Part(0)}\n{PoolBytes - FirstPartBytes + PageBytes} {Part(1)}\nREPLICA\n{PoolBytes} {Part(2)}\n"));
        using (BlockPool pool = BlockPool.CreateInSet(SetPath, PoolImages.BlockBytes))
        {
            pool.Write(3, PoolImages.Content(3, 0));
            pool.Write(7, PoolImages.Content(7, 0));
        }

        using PoolSetMap set = PoolSetMap.Open(PoolSetFile.Load(SetPath), BlockPool.Signature, PoolSetAccess.Private);
        Identity = set.Identity;
        Replicas = [.. Read(0), .. Read(1).AsSpan(PageBytes), .. Read(2)];
    }

    internal static int PoolBytes => (int)BlockPool.MinPoolBytes;

    internal string SetPath => _directory.File("pool.set");

    internal ShutdownIdentity? Identity { get; }

    /// <summary>Gets both replicas as the pool sees them, one behind the other.</summary>
    internal byte[] Replicas { get; }

    /// <summary>Gives the files the bytes of both replicas. The header of the second part is never stored to.</summary>
    internal void Restore(ReadOnlySpan<byte> replicas)
    {
        Overwrite(0, 0, replicas[..FirstPartBytes]);
        Overwrite(1, PageBytes, replicas[FirstPartBytes..PoolBytes]);
        Overwrite(2, 0, replicas[PoolBytes..]);
    }

    public void Dispose() => _directory.Dispose();

    private string Part(int index) => _directory.File(FormattableString.Invariant($"part{index}"));

    private byte[] Read(int index) => File.ReadAllBytes(Part(index));

    private void Overwrite(int index, long offset, ReadOnlySpan<byte> bytes)
    {
        using FileStream file = File.OpenWrite(Part(index));
        file.Position = offset;
        file.Write(bytes);
    }
}
