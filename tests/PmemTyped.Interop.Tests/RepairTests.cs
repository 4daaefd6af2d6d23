using System.Buffers.Binary;
using PmemTyped.Blocks;
using PmemTyped.Blocks.Btt;
using PmemTyped.Interop.Tests.Operations;
using PmemTyped.Interop.Tests.Reference;
using PmemTyped.Testing;

namespace PmemTyped.Interop.Tests;

/// <summary>
/// What the pool tool of PMDK can repair we repair too, and both repaired pools are accepted by the tool and the library.
/// </summary>
public sealed class RepairTests
{
    private const string Pool = "b512-min-mixed.pool";
    private const int BlockBytes = 512;

    private static readonly ArenaGeometry s_arena = BttGeometry.Plan(BlockPool.MinPoolBytes, BlockBytes)!.Single();

    private static readonly Dictionary<string, (bool IsAdvanced, Action<FileStream> Do)> s_damages = new()
    {
        ["first info block zero in its second half"] = (false, f => Put(f, s_arena.Start + 60, new byte[200])),
        ["first info block"] = (false, f => Put(f, s_arena.Start + 70, [1, 2, 3, 4])),
        ["info block copy"] = (false, f => Put(f, s_arena.InfoCopy + 16, [1, 2, 3, 4])),
        ["info block copy zero"] = (false, f => Put(f, s_arena.InfoCopy, new byte[4096])),
        ["block size"] = (false, f => Put(f, 4096, [0, 4, 0, 0])),
        ["header signature"] = (false, f => Put(f, 0, "XMEMBLK"u8)),
        ["header version"] = (false, f => Put(f, 8, [7])),
        ["header incompat word"] = (false, f => Put(f, 16, [0xFF])),
        ["header checksum"] = (true, f => Put(f, 4088, [1, 2, 3])),
        ["header time"] = (true, f => Put(f, 120, [1, 2, 3])),
        ["flog slot without current half"] = (true, f => Put(f, Slot(9) + 12, new byte[4])),
        ["flog slot with an impossible free block"] = (true, f => Put(f, Slot(9) + 4, [0xFF, 0xFF, 0xFF, 0xBF])),
        ["flog slot with the free block of another"] = (true, f => Copy(f, Slot(10) + 4, Slot(9) + 4, 8)),
        ["map entry beyond the arena"] = (true, f => Put(f, s_arena.MapEntryOffset(100), [0xFF, 0xFF, 0xFF, 0xFF])),
        ["two map entries with one block"] = (true, f => Put(f, s_arena.MapEntryOffset(20_000), Normal(20_001))),
    };

    public static TheoryData<string> Damages => [.. s_damages.Keys];

    [ReferenceTheory]
    [MemberData(nameof(Damages))]
    public void A_pool_that_the_tool_can_repair_we_repair_to_one_that_reads_alike(string name)
    {
        using var directory = TempDirectory.CreateInMemory();
        (bool isAdvanced, Action<FileStream> damage) = s_damages[name];
        string ours = GoldenPool.Named(Pool).Extract(directory);
        using (FileStream file = File.Open(ours, FileMode.Open))
        {
            damage(file);
        }

        string theirs = directory.File("theirs");
        File.Copy(ours, theirs);
        Assert.NotEqual(name == "block size" ? 1 : 0, Pmempool.Check(ours).ExitCode);
        Assert.False(BlockPool.Check(ours).IsConsistent, "not noticed");

        PmempoolResult repair = Pmempool.Run(["check", "-r", "-y", .. isAdvanced ? (string[])["-a"] : [], theirs]);
        Assert.True(repair.ExitCode == 0, $"the tool: {repair}");
        Assert.True(Pmempool.Check(theirs).ExitCode == 0, "the tool does not accept its own repair");
        BlockPoolRepair done = BlockPoolRepairer.Repair(ours, isAdvanced);

        Assert.True(done.After.IsConsistent, string.Join('\n', done.After.Findings));
        Pmempool.AssertSound(ours);
        using (ReferencePool repairedByUs = ReferencePool.Open(ours))
        using (ReferencePool repairedByTool = ReferencePool.Open(theirs))
        {
            PoolComparison.AssertSameBlocks(repairedByUs, repairedByTool);
            repairedByUs.Write(1, new byte[BlockBytes]);
        }

        Assert.True(BlockPool.Check(ours).IsConsistent);
    }

    // Where the tool gives up or leaves a pool that no library opens, ours is still accepted by both.
    [ReferenceTheory]
    [InlineData("both info blocks")]
    [InlineData("header pool identity")]
    [InlineData("header zero")]
    [InlineData("header links")]
    [InlineData("grown file")]
    [InlineData("map entry with a free block")]
    public void What_the_tool_cannot_repair_well_is_accepted_by_tool_and_library_after_our_repair(string name)
    {
        using var directory = TempDirectory.CreateInMemory();
        string path = GoldenPool.Named(Pool).Extract(directory);
        string sound = directory.File("sound");
        File.Copy(path, sound);
        using (FileStream file = File.Open(path, FileMode.Open))
        {
            switch (name)
            {
                case "both info blocks":
                    Put(file, s_arena.Start, new byte[100]);
                    Put(file, s_arena.InfoCopy, new byte[100]);
                    break;
                case "header pool identity":
                    Put(file, 24, [1, 2, 3]);
                    break;
                case "header links":
                    Put(file, 56, new byte[16]);
                    break;
                case "grown file":
                    file.SetLength(file.Length + 8192);
                    break;
                case "header zero":
                    Put(file, 0, new byte[4096]);
                    break;
                default:
                    Copy(file, Slot(9) + 4, s_arena.MapEntryOffset(20_000), 4);
                    break;
            }
        }

        Assert.False(BlockPool.Check(path).IsConsistent);
        BlockPoolRepair done = BlockPoolRepairer.Repair(path, isAdvanced: true);

        Assert.True(done.After.IsConsistent, string.Join('\n', done.After.Findings));
        Pmempool.AssertSound(path);
        using ReferencePool repaired = ReferencePool.Open(path);
        using ReferencePool original = ReferencePool.Open(sound);
        if (name != "map entry with a free block")
        {
            PoolComparison.AssertSameBlocks(repaired, original);
        }

        Assert.Equal(original.BlockCount, repaired.BlockCount);
    }

    [ReferenceFact]
    public void The_reference_cannot_open_a_pool_that_is_read_here_nor_the_other_way_round()
    {
        using var directory = TempDirectory.CreateInMemory();
        string path = GoldenPool.Named(Pool).Extract(directory);
        using (BlockPool.OpenReadOnly(path))
        {
            Assert.Equal(ErrorNumbers.Again, Assert.Throws<ReferenceException>(() => ReferencePool.Open(path)).ErrorNumber);
        }

        using ReferencePool reference = ReferencePool.Open(path);
        Assert.Throws<PmemInUseException>(() => BlockPool.OpenReadOnly(path));
    }

    private static long Slot(int lane) => s_arena.FlogEntryOffset(lane, 0);

    private static byte[] Normal(uint block)
    {
        byte[] entry = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(entry, 0xC000_0000 | block);
        return entry;
    }

    private static void Put(FileStream file, long offset, ReadOnlySpan<byte> bytes)
    {
        file.Position = offset;
        file.Write(bytes);
    }

    private static void Copy(FileStream file, long from, long to, int length)
    {
        byte[] bytes = new byte[length];
        file.Position = from;
        file.ReadExactly(bytes);
        Put(file, to, bytes);
    }
}
