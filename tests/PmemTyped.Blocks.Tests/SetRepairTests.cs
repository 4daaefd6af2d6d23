using PmemTyped.Sets;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Blocks.Tests;

/// <summary>What is damaged in the parts of a set is repaired as in one file, and mirrors get the result.</summary>
public sealed class SetRepairTests
{
    private static readonly string[] s_kinds = ["two parts", "one header", "mirrors"];

    public static TheoryData<string> ContentCases =>
        [.. Damage.Cases.Keys.Where(n => !IsOfHeader(n) && !n.StartsWith("left-over", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(ContentCases))]
    public void Content_on_several_parts_is_repaired_as_in_one_file(string name)
    {
        Damage damage = Damage.Cases[name];
        using var set = new SoundSet("two parts");
        set.Damage(damage.Do);
        Dictionary<string, byte[]> damaged = set.PartBytes();

        BlockPoolRepair plan = BlockPoolRepairer.Plan(set.SetPath, isAdvanced: !damage.IsCertain);
        Assert.True(set.Holds(damaged), "a plan changed something");
        BlockPoolRepair done = BlockPoolRepairer.Repair(set.SetPath, isAdvanced: !damage.IsCertain);

        Assert.Equal(damage.Structures, plan.Changes.Select(c => c.Structure));
        Assert.Equal((false, true), (plan.IsApplied, done.IsApplied));
        Assert.False(done.Before.IsConsistent);
        Assert.True(plan.After.IsConsistent && done.After.IsConsistent, string.Join('\n', done.After.Findings));
        Assert.True(!damage.IsIdentical || set.Holds(SoundSet.Sound("two parts")), "other bytes than before the damage");
        set.AssertBlocks(damage.BadBlocks ?? []);
        Assert.True(BlockPool.Check(set.SetPath).IsConsistent);
    }

    [Theory]
    [InlineData("two parts", "a0")]
    [InlineData("two parts", "a1")]
    [InlineData("one header", "a0")]
    [InlineData("mirrors", "a0")]
    [InlineData("mirrors", "b0")]
    public void A_damaged_part_header_becomes_the_one_that_was_there(string kind, string part)
    {
        using var set = new SoundSet(kind);
        foreach ((string name, Damage damage) in Damage.Cases.Where(c => c.Value.IsCertain && IsOfHeader(c.Key)))
        {
            set.DamageHeader(part, damage.Do);
            byte[] damaged = File.ReadAllBytes(set.File(part))[..4096];
            BlockPoolRepair plan = BlockPoolRepairer.Plan(set.SetPath);
            Assert.Equal(damaged, File.ReadAllBytes(set.File(part))[..4096]);
            BlockPoolRepair done = BlockPoolRepairer.Repair(set.SetPath);

            BlockPoolChange change = Assert.Single(done.Changes);
            Assert.True(change.IsCertain, name);
            Assert.Contains(set.File(part), change.Structure, StringComparison.Ordinal);
            Assert.True(plan.After.IsConsistent && done.After.IsConsistent, string.Join('\n', done.After.Findings));
            Assert.Contains(set.File(part), done.Before.Findings[0].Structure, StringComparison.Ordinal);
            Assert.True(set.Holds(SoundSet.Sound(kind)), $"{name}: other bytes than before the damage");
        }
    }

    [Fact]
    public void Damage_on_each_part_is_repaired_at_once()
    {
        using var set = new SoundSet("two parts");
        set.Damage(b => Damage.Cases["copy zero"].Do(Damage.Cases["first info block zero"].Do(b)));
        set.DamageFile("a0", Damage.Cases["header pool identity"].Do);
        set.DamageFile("a1", Damage.Cases["header links"].Do);

        // Both blocks of the only arena are gone, so its identity is a guess.
        BlockPoolRepair repair = BlockPoolRepairer.Repair(set.SetPath, isAdvanced: true);
        Assert.Equal(4, repair.Changes.Count);
        Assert.True(repair.After.IsConsistent, string.Join('\n', repair.After.Findings));
        set.AssertBlocks([]);
    }

    [Fact]
    public void A_header_whose_checksum_alone_is_wrong_is_guessed_where_others_prove_its_file()
    {
        foreach (string file in (string[])["a0", "a1"])
        {
            using var set = new SoundSet("two parts");
            set.DamageFile(file, Damage.Cases["header checksum"].Do);
            Assert.Empty(BlockPoolRepairer.Plan(set.SetPath).Changes);
            Assert.True(BlockPoolRepairer.Repair(set.SetPath, isAdvanced: true).After.IsConsistent);
            Assert.True(set.Holds(SoundSet.Sound("two parts")));
        }
    }

    // The file may be another one that took the place of the part, and its content would be taken for blocks.
    [Theory]
    [InlineData("two parts", "a1")]
    [InlineData("mirrors", "a1")]
    [InlineData("mirrors", "b0")]
    public void A_part_whose_header_is_gone_is_beyond_repair_and_nothing_changes(string kind, string file)
    {
        using var set = new SoundSet(kind);
        set.DamageFile(file, b => [.. new byte[4096], .. b.AsSpan(4096)]);
        Dictionary<string, byte[]> damaged = set.PartBytes();
        BlockPoolRepair repair = BlockPoolRepairer.Repair(set.SetPath, isAdvanced: true);
        Assert.Equal((false, false), (repair.IsApplied, repair.After.IsConsistent));
        Assert.Empty(repair.Changes);
        Assert.Contains(set.File(file), repair.After.Findings[0].Structure, StringComparison.Ordinal);
        Assert.Equal(kind == "mirrors", repair.After.Findings[0].NextStep.Contains("pmt sync", StringComparison.Ordinal));
        Assert.True(set.Holds(damaged));
    }

    [Fact]
    public void Missing_resized_and_swapped_parts_are_refused_and_nothing_changes()
    {
        using var set = new SoundSet("two parts");
        set.DamageFile("a1", b => b[..(8 << 20)]);
        Dictionary<string, byte[]> cut = set.PartBytes();
        BlockPoolRepair resized = BlockPoolRepairer.Repair(set.SetPath, isAdvanced: true);
        Assert.Contains("a1", Assert.Single(resized.After.Findings).Structure, StringComparison.Ordinal);
        Assert.True(set.Holds(cut));

        File.Delete(set.File("a1"));
        Assert.Throws<PmemIOException>(() => BlockPoolRepairer.Repair(set.SetPath, isAdvanced: true));

        using var other = new SoundSet("two parts");
        set.Restore();
        set.DamageFile("a1", b => SoundPool.WithHeader(b, h => h with { PoolSetUuid = Guid.NewGuid() }));
        Dictionary<string, byte[]> foreign = set.PartBytes();
        BlockPoolRepair refused = BlockPoolRepairer.Repair(set.SetPath, isAdvanced: true);
        Assert.Equal((0, false), (refused.Changes.Count, refused.After.IsConsistent));
        Assert.True(set.Holds(foreign));
    }

    [Fact]
    public void A_repair_reaches_all_mirrors()
    {
        using var set = new SoundSet("mirrors");
        foreach (string name in (string[])["flog slot without current half", "block size"])
        {
            set.Damage(Damage.Cases[name].Do);
            set.DamageFile("b0", Damage.Cases[name].Do);
        }

        set.DamageFile("b0", Damage.Cases["header incompat word"].Do);
        BlockPoolRepair repair = BlockPoolRepairer.Repair(set.SetPath);
        Assert.Equal(3, repair.Changes.Count);
        Assert.True(repair.After.IsConsistent, string.Join('\n', repair.After.Findings));
        AssertEqualReplicas(set);
        set.AssertBlocks([]);
    }

    [Fact]
    public void Nothing_is_guessed_while_a_mirror_knows_better()
    {
        using var set = new SoundSet("mirrors");
        Damage damage = Damage.Cases["map entry beyond the arena"];
        set.Damage(damage.Do);
        Dictionary<string, byte[]> damaged = set.PartBytes();
        BlockPoolRepair repair = BlockPoolRepairer.Repair(set.SetPath, isAdvanced: true);
        Assert.Empty(repair.Changes);
        Assert.Contains("pmt sync", repair.After.Findings[0].NextStep, StringComparison.Ordinal);
        Assert.True(set.Holds(damaged));

        // With both damaged there is nothing better than a guess, and both get the same one.
        set.DamageFile("b0", damage.Do);
        Assert.True(BlockPoolRepairer.Repair(set.SetPath, isAdvanced: true).After.IsConsistent);
        AssertEqualReplicas(set);
        set.AssertBlocks(damage.BadBlocks!);
    }

    [Fact]
    public void Features_change_in_all_parts_and_back()
    {
        foreach (string kind in s_kinds)
        {
            using var set = new SoundSet(kind);
            Assert.True(BlockPoolFeatures.Set(set.SetPath, PoolFeatures.None, checksBadBlocks: false));
            Assert.False(BlockPoolFeatures.Set(set.SetPath, PoolFeatures.None, checksBadBlocks: false));
            BlockPoolDescription pool = BlockPool.Describe(set.SetPath);
            Assert.Equal((kind == "one header" ? 1u : 0, 0u), (pool.IncompatFeatures, pool.CompatFeatures));
            Assert.True(BlockPool.Check(set.SetPath).IsConsistent);
            Assert.True(BlockPoolFeatures.Set(set.SetPath, PoolFeatures.Default, checksBadBlocks: true));
            Assert.Equal(kind == "one header" ? 7u : 6, BlockPool.Describe(set.SetPath).IncompatFeatures);
            set.AssertBlocks([]);
        }
    }

    // Headers are written one after the other, and each can be torn between its words.
    [Theory]
    [InlineData("two parts")]
    [InlineData("mirrors")]
    public void An_interrupted_change_of_features_is_ended_by_a_repair_or_by_itself(string kind)
    {
        using var set = new SoundSet(kind);
        IReadOnlyDictionary<string, byte[]> old = SoundSet.Sound(kind);
        BlockPoolFeatures.Set(set.SetPath, PoolFeatures.Checksum2K, checksBadBlocks: false);
        Dictionary<string, byte[]> done = set.PartBytes();
        string[] order = [.. done.Keys.Order()];
        for (int written = 0; written < order.Length; written++)
        {
            for (int atoms = 0; atoms < 8; atoms++)
            {
                for (int f = 0; f < order.Length; f++)
                {
                    set.DamageHeader(order[f], _ => (f < written ? done : old)[order[f]][..4096]);
                }

                set.DamageHeader(order[written], b => Torn(b, done[order[written]], atoms));
                bool isOld = written == 0 && (atoms & 4) == 0;
                if (atoms % 2 == 0)
                {
                    BlockPoolRepair repair = BlockPoolRepairer.Repair(set.SetPath);
                    Assert.True(repair.After.IsConsistent, string.Join('\n', repair.After.Findings));
                    Assert.True(set.Holds(isOld ? old : done), FormattableString.Invariant($"file {written}, atoms {atoms}"));
                }
                else
                {
                    BlockPoolFeatures.Set(set.SetPath, PoolFeatures.Checksum2K, checksBadBlocks: false);
                    Assert.True(set.Holds(done));
                }
            }
        }
    }

    // The words that differ: features, incompat features, checksum.
    private static byte[] Torn(byte[] bytes, byte[] wanted, int atoms)
    {
        int[] places = [8, 16, PartHeaderLayout.ChecksumOffset];
        for (int i = 0; i < places.Length; i++)
        {
            if ((atoms & (1 << i)) != 0)
            {
                wanted.AsSpan(places[i], 8).CopyTo(bytes.AsSpan(places[i]));
            }
        }

        return bytes;
    }

    private static bool IsOfHeader(string damage) => damage.StartsWith("header", StringComparison.Ordinal);

    private static void AssertEqualReplicas(SoundSet set)
    {
        Dictionary<string, byte[]> parts = set.PartBytes();
        byte[] first = [.. parts["a0"], .. parts["a1"].AsSpan(4096)];
        Assert.True(first.AsSpan(4096).SequenceEqual(parts["b0"].AsSpan(4096)), "the mirror differs");
    }
}
