using PmemTyped.Blocks;
using PmemTyped.Interop.Tests.Operations;
using PmemTyped.Interop.Tests.Reference;
using PmemTyped.Testing;

namespace PmemTyped.Interop.Tests;

/// <summary>Block pools on several files: made by either library, used by both, and sound for the tool.</summary>
public sealed class PoolSetTests : IDisposable
{
    private const int BlockBytes = 512;
    private const int RunTimeStart = 4104;
    private const int RunTimeBytes = 96;
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    public static TheoryData<int, string, bool> Sets => new()
    {
        { 1, "20M", false }, { 2, "10M", false }, { 5, "4M", false }, { 5, "4M", true }, { 2, "10000001", false },
    };

    public void Dispose() => _directory.Dispose();

    [ReferenceTheory]
    [MemberData(nameof(Sets))]
    public void A_set_made_by_the_reference_is_used_by_both(int parts, string size, bool isSingleHeader)
    {
        string set = WriteSet(parts, size, isSingleHeader);
        PmempoolResult made = Pmempool.Run("create", "blk", "512", set);
        Assert.True(made.ExitCode == 0, made.Output);
        UseByBoth(set, seed: parts);
    }

    [ReferenceTheory]
    [MemberData(nameof(Sets))]
    public void A_set_made_by_us_is_used_by_both(int parts, string size, bool isSingleHeader)
    {
        string set = WriteSet(parts, size, isSingleHeader);
        BlockPool.CreateInSet(set, BlockBytes).Dispose();
        Pmempool.AssertSound(set);
        UseByBoth(set, seed: 100 + parts);
    }

    [ReferenceTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_pool_in_a_directory_is_used_by_both(bool isOurs)
    {
        string files = _directory.File("files");
        Directory.CreateDirectory(files);
        string set = _directory.File("pool.set");
        File.WriteAllText(set, $"PMEMPOOLSET\nOPTION SINGLEHDR\n64M {files}\n");
        if (isOurs)
        {
            BlockPool.CreateInSet(set, BlockBytes).Dispose();
        }
        else
        {
            Assert.Equal(0, Pmempool.Run("create", "blk", "512", set).ExitCode);
        }

        Assert.Equal([Path.Combine(files, "000000.pmem")], Directory.GetFiles(files));
        UseByBoth(set, seed: 7);
    }

    // Everything but identities, times and the checksums over them.
    [ReferenceFact]
    public void Both_libraries_write_the_same_bytes_into_the_parts()
    {
        string ours = WriteSet(3, "8M", isSingleHeader: false, "ours");
        string theirs = WriteSet(3, "8M", isSingleHeader: false, "theirs");
        BlockPool.CreateInSet(ours, BlockBytes).Dispose();
        Assert.Equal(0, Pmempool.Run("create", "blk", "512", theirs).ExitCode);
        for (int part = 0; part < 3; part++)
        {
            byte[] our = File.ReadAllBytes(PartPath("ours", part));
            byte[] their = File.ReadAllBytes(PartPath("theirs", part));
            our.AsSpan(24, 104).Clear();
            their.AsSpan(24, 104).Clear();
            our.AsSpan(4024, 72).Clear();
            their.AsSpan(4024, 72).Clear();
            if (part == 0)
            {
                // The reference keeps what only its process needs there.
                our.AsSpan(RunTimeStart, RunTimeBytes).Clear();
                their.AsSpan(RunTimeStart, RunTimeBytes).Clear();
            }

            int same = our.AsSpan().CommonPrefixLength(their);
            Assert.True(same == our.Length, FormattableString.Invariant($"part {part} differs at {same}"));
        }
    }

    [ReferenceFact]
    public void Both_libraries_refuse_the_same_damaged_sets()
    {
        (string Name, Action<string> Damage)[] damages =
        [
            ("missing part", _ => File.Delete(PartPath("x", 1))),
            ("resized part", _ => Resize(PartPath("x", 1), 9 << 20)),
            ("zeroed header", _ => Overwrite(PartPath("x", 1), 0, new byte[4096])),
            ("damaged checksum", _ => Overwrite(PartPath("x", 2), 4088, [1, 2, 3])),
            ("foreign part", _ => File.Copy(PartPath("foreign", 1), PartPath("x", 1), overwrite: true)),
            ("swapped lines", set => File.WriteAllText(set, SetText("x", [0, 2, 1], "8M"))),
            ("missing line", set => File.WriteAllText(set, SetText("x", [0, 1], "8M"))),
            ("wrong size line", set => File.WriteAllText(set, SetText("x", [0, 1, 2], "9M"))),
            ("wrong option", set => File.WriteAllText(set, SetText("x", [0, 1, 2], "8M", "OPTION SINGLEHDR\n"))),
        ];
        foreach ((string name, Action<string> damage) in damages)
        {
            string set = WriteSet(3, "8M", isSingleHeader: false, "x");
            BlockPool.CreateInSet(set, BlockBytes).Dispose();
            BlockPool.CreateInSet(WriteSet(3, "8M", isSingleHeader: false, "foreign"), BlockBytes).Dispose();
            damage(set);
            Exception? refusal = Record.Exception(() => BlockPool.Open(set).Dispose());
            Assert.True(refusal is PmemFormatException or PmemCorruptionException or PmemIOException, $"{name}: {refusal}");
            Assert.Contains(_directory.Path, refusal.Message, StringComparison.Ordinal);
            Assert.Equal(0, LibPmemBlk.Open(set, 0));
            foreach (string file in Directory.GetFiles(_directory.Path))
            {
                File.Delete(file);
            }
        }
    }

    [ReferenceFact]
    public void The_reference_refuses_a_mirrored_pool_cleanly()
    {
        string set = _directory.File("mirror.set");
        File.WriteAllText(
            set, $"PMEMPOOLSET\n20M {_directory.File("a")}\nREPLICA\n12M {_directory.File("b")}\n10M {_directory.File("c")}\n");
        BlockPool.CreateInSet(set, BlockBytes).Dispose();
        Assert.Equal(0, LibPmemBlk.Open(set, 0));
        using BlockPool ours = BlockPool.Open(set);
        ours.Write(3, new byte[BlockBytes]);
    }

    private static void UseByBoth(string set, int seed)
    {
        var model = new BlockModel(seed);
        using (BlockPool ours = BlockPool.Open(set, BlockBytes))
        {
            model.Apply(new OurPool(ours), OperationSequence.Inside(seed, 300, ours.BlockCount));
            model.AssertHeldBy(new OurPool(ours));
        }

        Pmempool.AssertSound(set);
        using (ReferencePool reference = ReferencePool.Open(set))
        {
            model.AssertHeldBy(reference);
            model.Apply(reference, OperationSequence.Inside(seed + 1, 300, reference.BlockCount));
        }

        Assert.True(BlockPool.Check(set).IsConsistent);
        using BlockPool again = BlockPool.OpenReadOnly(set);
        model.AssertHeldBy(new OurPool(again));
    }

    private static void Resize(string path, long bytes)
    {
        using FileStream file = File.OpenWrite(path);
        file.SetLength(bytes);
    }

    private static void Overwrite(string path, long offset, byte[] bytes)
    {
        using FileStream file = File.OpenWrite(path);
        file.Position = offset;
        file.Write(bytes);
    }

    private string PartPath(string name, int part) => _directory.File(FormattableString.Invariant($"{name}{part}"));

    private string SetText(string name, int[] parts, string size, string options = "") =>
        $"PMEMPOOLSET\n{options}{string.Concat(parts.Select(p => $"{size} {PartPath(name, p)}\n"))}";

    private string WriteSet(int parts, string size, bool isSingleHeader, string name = "part")
    {
        string set = _directory.File(name + ".set");
        File.WriteAllText(
            set, SetText(name, [.. Enumerable.Range(0, parts)], size, isSingleHeader ? "OPTION SINGLEHDR\n" : string.Empty));
        return set;
    }
}
