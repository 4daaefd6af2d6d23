using PmemTyped.Testing;

namespace PmemTyped.Blocks.Tests;

/// <summary>
/// Every damage that intact structures can undo is undone, what cannot be known is guessed only when asked for, and a plan
/// changes nothing.
/// </summary>
public sealed class RepairTests : IDisposable
{
    private const int WrittenBlocks = 10;
    private static readonly byte[] s_sound = SoundPool.Bytes();
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    public static TheoryData<string> Cases => [.. Damage.Cases.Keys];

    public static TheoryData<string> Uncertain => [.. Damage.Cases.Where(c => !c.Value.IsCertain).Select(c => c.Key)];

    private string PathOfPool => _directory.File("damaged");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_repair_makes_the_pool_sound_and_keeps_every_block_that_can_be_trusted(string name)
    {
        Damage damage = Damage.Cases[name];
        byte[] damaged = Place(damage);

        BlockPoolRepair plan = BlockPoolRepairer.Plan(PathOfPool, isAdvanced: !damage.IsCertain);
        AssertUnchanged(damaged);
        BlockPoolRepair done = BlockPoolRepairer.Repair(PathOfPool, isAdvanced: !damage.IsCertain);

        Assert.Equal(damage.Structures, plan.Changes.Select(c => c.Structure));
        Assert.Equal((false, true), (plan.IsApplied, done.IsApplied));
        Assert.Equal(plan.Changes.Select(c => c with { Bytes = default }), done.Changes.Select(c => c with { Bytes = default }));
        Assert.Equal(damage.IsCertain, done.Changes.All(c => c.IsCertain));
        Assert.False(done.Before.IsConsistent);
        Assert.True(plan.After.IsConsistent && done.After.IsConsistent, string.Join('\n', done.After.Findings));
        if (damage.IsIdentical)
        {
            Assert.True(File.ReadAllBytes(PathOfPool).AsSpan().SequenceEqual(s_sound), "other bytes than before the damage");
        }

        AssertBlocks(damage.BadBlocks ?? []);
        Assert.True(BlockPool.Check(PathOfPool).IsConsistent);
        Assert.Empty(BlockPoolRepairer.Plan(PathOfPool, isAdvanced: true).Changes);
    }

    [Theory]
    [MemberData(nameof(Uncertain))]
    public void What_is_not_certain_is_left_alone_unless_it_is_asked_for(string name)
    {
        byte[] damaged = Place(Damage.Cases[name]);
        BlockPoolRepair repair = BlockPoolRepairer.Repair(PathOfPool);

        Assert.Empty(repair.Changes);
        Assert.False(repair.IsApplied);
        Assert.Equal(repair.Before, repair.After);
        AssertUnchanged(damaged);
    }

    [Fact]
    public void A_plan_that_is_not_accepted_changes_nothing()
    {
        byte[] damaged = Place(Damage.Cases["first info block zero"]);
        BlockPoolRepair? shown = null;
        BlockPoolRepair repair = BlockPoolRepairer.Repair(PathOfPool, accept: plan =>
        {
            shown = plan;
            Assert.Throws<PmemInUseException>(() => BlockPool.Open(PathOfPool));
            return false;
        });

        Assert.Same(shown, repair);
        Assert.True(repair.After.IsConsistent);
        Assert.False(repair.IsApplied);
        AssertUnchanged(damaged);
    }

    [Fact]
    public void A_sound_pool_is_not_touched_and_nobody_is_asked()
    {
        File.WriteAllBytes(PathOfPool, s_sound);
        BlockPoolRepair repair = BlockPoolRepairer.Repair(
            PathOfPool, isAdvanced: true, accept: _ => throw new InvalidOperationException("asked"));
        Assert.Empty(repair.Changes);
        Assert.True(repair.Before.IsConsistent);
        AssertUnchanged(s_sound);
    }

    [Fact]
    public void Several_damages_are_repaired_at_once()
    {
        byte[] damaged = SoundPool.Bytes();
        foreach (string name in (string[])["header signature", "block size", "first info block zero", "flog slot without current half"])
        {
            damaged = Damage.Cases[name].Do(damaged);
        }

        File.WriteAllBytes(PathOfPool, damaged);
        BlockPoolRepair repair = BlockPoolRepairer.Repair(PathOfPool);

        Assert.Equal(
            ["pool header", "block size", "arena 0 info block", "arena 0 flog slot 77"], repair.Changes.Select(c => c.Structure));
        Assert.True(repair.After.IsConsistent);
        AssertBlocks([]);
    }

    // Found by the crash tests: the first write of a lane, killed between the two halves of its flog entry.
    [Fact]
    public void A_write_that_was_interrupted_before_its_activation_is_no_damage()
    {
        byte[] pool = SoundPool.Bytes();
        long second = SoundPool.Arena.FlogEntryOffset(77, 1);
        File.WriteAllBytes(PathOfPool, SoundPool.With(SoundPool.With(pool, second, 7), second + 4, 0xC000_0007));
        Assert.Empty(BlockPool.Check(PathOfPool).Findings);
    }

    [Fact]
    public void A_grown_file_gets_a_copy_where_the_reference_looks_for_it()
    {
        File.WriteAllBytes(PathOfPool, [.. s_sound, .. new byte[8192]]);
        Assert.Equal("arena 0 end", Assert.Single(BlockPool.Check(PathOfPool).Findings).Structure);

        BlockPoolRepair repair = BlockPoolRepairer.Repair(PathOfPool);

        Assert.Equal(s_sound.Length + 4096, Assert.Single(repair.Changes).Offset);
        Assert.True(repair.After.IsConsistent);
        AssertBlocks([]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5000)]
    [InlineData(20 << 20)]
    public void A_file_that_was_cut_is_beyond_repair_and_stays_as_it_is(int length)
    {
        byte[] cut = s_sound[..length];
        File.WriteAllBytes(PathOfPool, cut);
        BlockPoolRepair repair = BlockPoolRepairer.Repair(PathOfPool, isAdvanced: true);
        Assert.False(repair.After.IsConsistent);
        Assert.False(repair.IsApplied);
        AssertUnchanged(cut);
    }

    [Fact]
    public void A_foreign_file_is_never_made_a_pool()
    {
        byte[] foreign = BadInput.Cases["foreign file"].Damage(SoundPool.Bytes());
        File.WriteAllBytes(PathOfPool, foreign);
        Assert.Empty(BlockPoolRepairer.Repair(PathOfPool, isAdvanced: true).Changes);
        AssertUnchanged(foreign);
    }

    [Fact]
    public void A_header_with_the_right_checksum_means_what_it_says()
    {
        foreach (string name in (string[])["pool of another type", "unknown incompat feature", "part of a set", "other machine"])
        {
            byte[] other = BadInput.Cases[name].Damage(SoundPool.Bytes());
            File.WriteAllBytes(PathOfPool, other);
            Assert.Empty(BlockPoolRepairer.Repair(PathOfPool, isAdvanced: true).Changes);
            AssertUnchanged(other);
        }
    }

    [Fact]
    public void A_ruined_map_is_beyond_repair_and_stays_as_it_is()
    {
        byte[] ruined = SoundPool.Bytes();
        ruined.AsSpan((int)SoundPool.Arena.Map, (int)SoundPool.Arena.MapBytes).Fill(0xFF);
        File.WriteAllBytes(PathOfPool, ruined);
        BlockPoolRepair repair = BlockPoolRepairer.Repair(PathOfPool, isAdvanced: true);
        Assert.Equal(repair.After.IsConsistent, repair.IsApplied);
        Assert.True(repair.Before.FindingCount > BlockPoolReport.MaxFindings);
    }

    [Fact]
    public void A_repair_that_the_real_tool_began_is_left_to_it()
    {
        byte[] damaged = Place(Damage.Cases["first info block zero"]);
        File.WriteAllText(PathOfPool + "_r0_p0_badblocks.txt", string.Empty);
        BlockPoolRepair repair = BlockPoolRepairer.Repair(PathOfPool, isAdvanced: true);
        Assert.Equal("bad block recovery file", repair.Before.Findings[0].Structure);
        Assert.Empty(repair.Changes);
        AssertUnchanged(damaged);
    }

    [Fact]
    public void Progress_is_told_from_nothing_to_all()
    {
        File.WriteAllBytes(PathOfPool, s_sound);
        var told = new List<double>();
        BlockPool.Check(PathOfPool, new Listener(told));
        Assert.NotEmpty(told);
        Assert.Equal(told.Order(), told);
        Assert.Equal(1, told[^1]);
    }

    private byte[] Place(Damage damage)
    {
        byte[] damaged = damage.Do(SoundPool.Bytes());
        File.WriteAllBytes(PathOfPool, damaged);
        return damaged;
    }

    private void AssertUnchanged(byte[] expected) =>
        Assert.True(File.ReadAllBytes(PathOfPool).AsSpan().SequenceEqual(expected), "the file was changed");

    private void AssertBlocks(long[] bad)
    {
        using BlockPool pool = BlockPool.Open(PathOfPool);
        byte[] content = new byte[SoundPool.BlockBytes];
        for (long block = 0; block < WrittenBlocks; block++)
        {
            BlockState expected = block == 3 || bad.Contains(block)
                ? BlockState.Error
                : block == 4 ? BlockState.Zero : BlockState.Normal;
            Assert.Equal((block, expected), (block, pool.TryRead(block, content)));
            if (expected == BlockState.Normal)
            {
                Assert.Equal(SoundPool.Content(block), content);
            }
        }

        Assert.Equal(BlockState.Initial, pool.GetState(pool.BlockCount - 1));
        for (int write = 0; write < 600; write++)
        {
            pool.Write(write % 50, SoundPool.Content(write));
        }
    }

    // Not Progress<T>, which reports from other threads and later.
    private sealed class Listener(List<double> told) : IProgress<double>
    {
        public void Report(double value) => told.Add(value);
    }
}
