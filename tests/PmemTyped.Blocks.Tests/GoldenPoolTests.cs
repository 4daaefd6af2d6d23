using System.Security.Cryptography;
using PmemTyped.Testing;

namespace PmemTyped.Blocks.Tests;

/// <summary>Pools made by the real library open here and read back exactly, crash states and several arenas included.</summary>
public sealed class GoldenPoolTests
{
    public static TheoryData<string> Names => [.. GoldenPool.All.Select(p => p.Name)];

    public static TheoryData<string> SingleArenaNames =>
        [.. GoldenPool.All.Where(p => !p.IsMultiArena).Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(SingleArenaNames))]
    public void The_image_is_the_one_that_the_real_library_left(string name)
    {
        using var directory = TempDirectory.CreateInMemory();
        GoldenPool golden = GoldenPool.Named(name);
        using FileStream image = File.OpenRead(golden.Extract(directory));
        Assert.Equal(golden.ImageHash, Convert.ToHexStringLower(SHA256.HashData(image)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_block_reads_as_the_real_library_reads_it(string name)
    {
        using var directory = TempDirectory.CreateInMemory();
        GoldenPool golden = GoldenPool.Named(name);
        using BlockPool pool = BlockPool.Open(golden.Extract(directory), golden.BlockSize);

        Assert.Equal(golden.BlockCount, pool.BlockCount);
        Assert.Equal(golden.IsLaidOut, pool.IsLaidOut);
        byte[] content = new byte[golden.BlockSize];
        foreach ((long block, string expected) in golden.Blocks)
        {
            BlockState state = pool.TryRead(block, content);
            string found = state switch
            {
                BlockState.Error => "EIO",
                BlockState.Normal => Convert.ToHexStringLower(SHA256.HashData(content)),
                _ => "zero",
            };
            Assert.Equal((block, expected), (block, found));
        }
    }

    [Theory]
    [MemberData(nameof(SingleArenaNames))]
    public void The_blocks_that_are_not_listed_read_as_zeros_too(string name)
    {
        using var directory = TempDirectory.CreateInMemory();
        GoldenPool golden = GoldenPool.Named(name);
        using BlockPool pool = BlockPool.Open(golden.Extract(directory));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] record = new byte[1 + golden.BlockSize];
        for (long block = 0; block < pool.BlockCount; block++)
        {
            BlockState state = pool.TryRead(block, record.AsSpan(1));
            record[0] = state == BlockState.Error ? (byte)1 : (byte)0;
            hash.AppendData(record);
        }

        string expected = golden.AllBlocksHash ?? AllZeroHash(golden);
        Assert.Equal(expected, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    [Theory]
    [MemberData(nameof(SingleArenaNames))]
    public void A_check_agrees_with_the_real_tool(string name)
    {
        using var directory = TempDirectory.CreateInMemory();
        GoldenPool golden = GoldenPool.Named(name);
        BlockPoolReport report = BlockPool.Check(golden.Extract(directory));
        Assert.True(report.IsConsistent == golden.PmempoolCheckPasses, string.Join('\n', report.Findings));
    }

    // Pools without layout have no hash in the description: every block is zero.
    private static string AllZeroHash(GoldenPool golden)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] record = new byte[1 + golden.BlockSize];
        for (long block = 0; block < golden.BlockCount; block++)
        {
            hash.AppendData(record);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
