using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Sets;
using PmemTyped.Sets.Layout;
using PmemTyped.Sets.PoolSets;
using PmemTyped.Testing;

namespace PmemTyped.Blocks.Tests;

/// <summary>SINGLEHDR is set and cleared: the bytes move, the blocks stay, and a crash at any step can be got over.</summary>
public sealed class SetOptionTests : IDisposable
{
    private const int BlockBytes = 512;
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    public static TheoryData<string, bool> Kinds => new()
    {
        { "parts", true }, { "parts", false }, { "mirrors", true }, { "mirrors", false },
    };

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_option_is_set_and_cleared_after_a_dry_run_that_changes_nothing(string kind, bool sets)
    {
        (PoolSetFile from, PoolSetFile to) = Make(kind, sets);
        Dictionary<string, byte[]> before = Bytes(_directory.Path);
        PoolSetTransformReport plan = PoolSetTransform.Plan(from, to, BlockPool.Signature);
        Assert.Equal(to.Replicas.SelectMany(r => r.Parts).Select(p => p.Path), plan.Rewritten);
        Assert.False(plan.IsApplied);
        AssertSame(before, Bytes(_directory.Path));
        UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        File.SetUnixFileMode(plan.Rewritten[1], mode);

        Assert.True(PoolSetTransform.Run(from, to, BlockPool.Signature).IsApplied);

        AssertHolds(to);
        Assert.Equal(mode, File.GetUnixFileMode(plan.Rewritten[1]));
        Assert.Equal(before.Keys.Order(), Bytes(_directory.Path).Keys.Order());
        if (kind == "mirrors")
        {
            Assert.Empty(PoolSetSync.Plan(to, BlockPool.Signature).Defects);
        }

        Assert.True(PoolSetTransform.Run(to, from, BlockPool.Signature).IsApplied);
        AssertHolds(from);
    }

    // What is on the disk at each step is what a crash leaves there, because every step is durable before the next.
    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_crash_at_any_step_leaves_the_old_set_or_one_that_the_same_command_finishes(string kind, bool sets)
    {
        (PoolSetFile from, PoolSetFile to) = Make(kind, sets);
        int asBefore = 0;
        int between = 0;
        int step = 0;
        double last = -1;
        PoolSetTransform.Run(from, to, BlockPool.Signature, new Steps(done =>
        {
            // While bytes are copied the steps differ in nothing but how many.
            bool isCopying = done > last && done < 0.9;
            last = done;
            if ((isCopying && step++ % 8 != 0) || done == 1)
            {
                return;
            }

            using var copy = TempDirectory.CreateInMemory();
            PoolSetFile oldSet = Copied(from, copy);
            PoolSetFile newSet = Copied(to, copy);
            Exception? asOld = Opening(oldSet);
            Exception? asNew = Opening(newSet);
            Assert.NotNull(asNew);
            if (asOld is null)
            {
                asBefore++;
                AssertHolds(oldSet);
            }
            else
            {
                between++;
                AssertUnfinished(asOld);
                AssertUnfinished(asNew);
                AssertUnfinished(Record.Exception(() => BlockPoolFeatures.Set(oldSet.Path, PoolFeatures.Checksum2K, false)));
                Assert.Empty(BlockPoolRepairer.Plan(newSet.Path, isAdvanced: true).Changes);
                if (kind == "mirrors")
                {
                    AssertUnfinished(Record.Exception(() => PoolSetSync.Run(oldSet, BlockPool.Signature)));
                    AssertUnfinished(Record.Exception(() => PoolSetSync.Run(newSet, BlockPool.Signature)));
                }

                Assert.Throws<PmemFormatException>(() => PoolSetTransform.Run(newSet, oldSet, BlockPool.Signature));
            }

            Assert.NotEmpty(PoolSetTransform.Plan(oldSet, newSet, BlockPool.Signature).Rewritten);
            PoolSetTransform.Run(oldSet, newSet, BlockPool.Signature);
            AssertHolds(newSet);
            Assert.DoesNotContain(Bytes(copy.Path).Keys, k => k.EndsWith(".transforming", StringComparison.Ordinal));
        }));
        Assert.True(asBefore > 3, FormattableString.Invariant($"{asBefore} states before"));
        Assert.Equal(kind == "mirrors" ? 3 : 2, between);
    }

    // Feature word and checksum of the mark are two stores.
    [Theory]
    [InlineData(16, 4)]
    [InlineData(PartHeaderLayout.ChecksumOffset, 8)]
    public void A_mark_that_a_crash_tore_is_seen_and_taken_away(int offset, int length)
    {
        (PoolSetFile from, PoolSetFile to) = Make("parts", sets: true);
        PoolSetTransform.Run(from, to, BlockPool.Signature);
        string first = to.Replicas[0].Parts[0].Path;
        byte[] page = File.ReadAllBytes(first)[..4096];
        PartHeaderLayout header = Blittable.Read<PartHeaderLayout>(page);
        PartHeaderLayout marked = PoolMark.With(in header, PoolFeatures.Transforming);
        Blittable.AsBytes(in marked).Slice(offset, length).CopyTo(page.AsSpan(offset));
        using (FileStream file = File.OpenWrite(first))
        {
            file.Write(page);
        }

        AssertUnfinished(Opening(to));
        PoolSetTransform.Run(from, to, BlockPool.Signature);
        AssertHolds(to);
    }

    [Fact]
    public void A_transformation_that_fails_leaves_no_file_behind()
    {
        (PoolSetFile from, PoolSetFile to) = Make("mirrors", sets: true);
        Dictionary<string, byte[]> before = Bytes(_directory.Path);
        for (int steps = 0; steps < 20; steps = (steps * 2) + 1)
        {
            Assert.Throws<OperationCanceledException>(
                () => PoolSetTransform.Run(from, to, BlockPool.Signature, new Interruption(steps)));
            AssertSame(before, Bytes(_directory.Path));
        }

        AssertHolds(from);
    }

    private static void AssertSame(Dictionary<string, byte[]> expected, Dictionary<string, byte[]> found)
    {
        Assert.Equal(expected.Keys.Order(), found.Keys.Order());
        Assert.All(expected, file => Assert.True(file.Value.AsSpan().SequenceEqual(found[file.Key]), file.Key));
    }

    private static void AssertUnfinished(Exception? refusal)
    {
        Assert.IsType<PmemFormatException>(refusal);
        Assert.Contains("pmt transform", refusal.Message, StringComparison.Ordinal);
    }

    private static Exception? Opening(PoolSetFile set)
    {
        set.Save(set.Path);
        return Record.Exception(() => BlockPool.Open(set.Path).Dispose());
    }

    private static void AssertHolds(PoolSetFile set)
    {
        set.Save(set.Path);
        Assert.Empty(BlockPool.Check(set.Path).Findings);
        byte[] read = new byte[BlockBytes];
        using BlockPool pool = BlockPool.Open(set.Path);
        for (int block = 0; block < 40; block++)
        {
            pool.Read(block * 700, read);
            Assert.Equal(Content(block), read);
        }
    }

    private static byte[] Content(int seed)
    {
        byte[] content = new byte[BlockBytes];
        new Random(seed).NextBytes(content);
        return content;
    }

    // Also of files that are locked.
    private static Dictionary<string, byte[]> Bytes(string directory) => Directory.GetFiles(directory)
        .Where(f => !f.EndsWith(".set", StringComparison.Ordinal))
        .ToDictionary(f => f, f =>
        {
            using PmemSource source = PmemSource.Open(f, writable: false);
            byte[] bytes = new byte[source.GetLengthBytes()];
            source.ReadAt(0, bytes);
            return bytes;
        });

    private PoolSetFile Copied(PoolSetFile set, TempDirectory copy)
    {
        foreach ((string path, byte[] bytes) in Bytes(_directory.Path))
        {
            File.WriteAllBytes(copy.File(Path.GetFileName(path)), bytes);
        }

        return PoolSetFile.Parse(
            set.ToString().Replace(_directory.Path, copy.Path, StringComparison.Ordinal), copy.File(Path.GetFileName(set.Path)));
    }

    // The sizes are such that the pool has the same one with the option and without it.
    private (PoolSetFile From, PoolSetFile To) Make(string kind, bool sets)
    {
        string a = _directory.File("a");
        string b = _directory.File("b");
        string c = _directory.File("c");
        (string plain, string single) = kind == "parts"
            ? ($"12M {a}\n8M {b}\n", $"12M {a}\n8188K {b}\n")
            : ($"12M {a}\n6M {b}\nREPLICA\n18M {c}\n", $"12M {a}\n6140K {b}\nREPLICA\n18M {c}\n");
        PoolSetFile without = PoolSetFile.Parse($"PMEMPOOLSET\n{plain}", _directory.File("plain.set"));
        PoolSetFile with = PoolSetFile.Parse($"PMEMPOOLSET\nOPTION SINGLEHDR\n{single}", _directory.File("single.set"));
        PoolSetFile from = sets ? without : with;
        from.Save(from.Path);
        using BlockPool pool = BlockPool.CreateInSet(from.Path, BlockBytes);
        for (int block = 0; block < 40; block++)
        {
            pool.Write(block * 700, Content(block));
        }

        return (from, sets ? with : without);
    }

    private sealed class Steps(Action<double> reached) : IProgress<double>
    {
        public void Report(double value) => reached(value);
    }
}
