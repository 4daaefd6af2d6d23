using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Blocks.Tests;

/// <summary>Mirrors of block pools: written together, named when broken, and rebuilt.</summary>
public sealed class ReplicaTests : IDisposable
{
    private readonly MirroredPool _pool = new();

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void Every_write_reaches_all_replicas()
    {
        using (BlockPool pool = BlockPool.Open(_pool.SetPath))
        {
            pool.Write(50, MirroredPool.Content(50));
            pool.SetZero(1);
            pool.SetError(2);
            pool.InitializeApplicationArea(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 });
            _pool.AssertEqualReplicas();
        }

        _pool.AssertEqualReplicas();
    }

    // The thread that wrote never drains again, so nothing makes up for a copy that its write did not wait for.
    [Fact]
    public void Each_kind_of_write_has_reached_all_replicas_when_it_returns()
    {
        using BlockPool pool = BlockPool.Open(_pool.SetPath);
        Action[] writes =
        [
            () => pool.Write(50, MirroredPool.Content(50)),
            () => pool.Write(50, MirroredPool.Content(51)),
            () => pool.SetZero(1),
            () => pool.SetError(2),
            () => pool.WriteMany([3, 60, 9000], new byte[3 * MirroredPool.BlockBytes]),
            () => pool.WriteAsync(4, MirroredPool.Content(4)).Wait(TimeSpan.FromMinutes(1)),
        ];
        foreach (Action write in writes)
        {
            var thread = new Thread(() => write());
            thread.Start();
            thread.Join();
            _pool.AssertEqualReplicas();
        }
    }

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    [InlineData("c")]
    public void A_missing_part_is_named_and_rebuilt(string part)
    {
        File.Delete(_pool.File(part));
        var refusal = Assert.Throws<PmemIOException>(() => BlockPool.Open(_pool.SetPath));
        Assert.Contains(_pool.File(part), refusal.Message, StringComparison.Ordinal);
        PoolSetSyncReport report = _pool.Sync();
        Assert.Contains(report.Defects, d => d.Path == _pool.File(part) && d.Kind == PoolSetDefectKind.Missing);
        _pool.AssertWhole();
        Assert.Empty(_pool.Sync().Defects);
    }

    [Theory]
    [InlineData("a", 0)]
    [InlineData("b", 100)]
    [InlineData("c", 4088)]
    public void A_damaged_header_is_named_and_made_anew(string part, long offset)
    {
        _pool.Overwrite(part, offset, [9, 9, 9, 9, 9, 9, 9, 9]);
        Exception? refusal = Record.Exception(() => BlockPool.Open(_pool.SetPath).Dispose());
        Assert.True(refusal is PmemFormatException or PmemCorruptionException);
        Assert.Contains(_pool.File(part), refusal.Message, StringComparison.Ordinal);
        Assert.Contains("pmt sync", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(PoolSetDefectKind.Damaged, _pool.Sync().Defects[0].Kind);
        _pool.AssertWhole();
    }

    [Fact]
    public void A_resized_part_is_made_anew()
    {
        File.WriteAllBytes(_pool.File("c"), new byte[5 << 20]);
        Assert.Equal(PoolSetDefectKind.Resized, _pool.Sync().Defects[0].Kind);
        _pool.AssertWhole();
    }

    [Fact]
    public void A_part_without_a_header_is_rebuilt_through_its_replica()
    {
        using var pool = new MirroredPool("OPTION SINGLEHDR\n");
        File.Delete(pool.File("c"));
        Assert.Equal(
            [(0, PoolSetDefectKind.Damaged), (1, PoolSetDefectKind.Missing)],
            pool.Sync().Defects.Where(d => d.Part >= 0).Select(d => (d.Part, d.Kind)).Order());
        pool.AssertWhole();
    }

    [Fact]
    public void A_dry_run_changes_no_byte()
    {
        _pool.Overwrite("c", 0, new byte[4096]);
        _pool.Overwrite("b", 1 << 20, [1, 2, 3]);
        Dictionary<string, byte[]> before = _pool.Bytes();
        PoolSetSyncReport plan = PoolSetSync.Plan(PoolSetFile.Load(_pool.SetPath), BlockPool.Signature);
        Assert.Equal((false, 0), (plan.IsApplied, plan.SourceReplica));
        Assert.NotEmpty(plan.Defects);
        Assert.Equal(before, _pool.Bytes());
    }

    [Fact]
    public void Content_that_differs_is_found_and_made_equal()
    {
        _pool.Overwrite("b", 1 << 20, [1, 2, 3]);
        PoolSetDefect defect = Assert.Single(PoolSetSync.Plan(PoolSetFile.Load(_pool.SetPath), BlockPool.Signature).Defects);
        Assert.Equal((1, PoolSetDefectKind.StaleContent), (defect.Replica, defect.Kind));
        _pool.Sync();
        _pool.AssertWhole();
    }

    [Fact]
    public void What_no_replica_can_prove_is_refused()
    {
        _pool.Overwrite("a", 0, new byte[4096]);
        _pool.Overwrite("b", 0, new byte[4096]);
        Dictionary<string, byte[]> before = _pool.Bytes();
        Assert.Throws<PmemFormatException>(() => _pool.Sync());
        Assert.Equal(before, _pool.Bytes());
    }

    [Fact]
    public void Swapped_lines_and_foreign_parts_are_not_taken_for_a_replica()
    {
        using var other = new MirroredPool();
        string text = File.ReadAllText(_pool.SetPath);
        File.WriteAllText(_pool.SetPath, text.Replace(_pool.File("b"), other.File("b"), StringComparison.Ordinal));
        Assert.Throws<PmemFormatException>(() => _pool.Sync());
        Assert.Throws<PmemFormatException>(() => BlockPool.Open(_pool.SetPath));
    }

    // The bytes of later parts lie elsewhere with the other option, so a copy would destroy a replica.
    [Theory]
    [InlineData("", "OPTION SINGLEHDR\n")]
    [InlineData("OPTION SINGLEHDR\n", "")]
    public void A_set_file_with_another_option_than_the_headers_is_not_synchronised(string made, string claimed)
    {
        using var pool = new MirroredPool(made);
        string text = File.ReadAllText(pool.SetPath);
        File.WriteAllText(
            pool.SetPath, text.Replace($"PMEMPOOLSET\n{made}", $"PMEMPOOLSET\n{claimed}", StringComparison.Ordinal));
        File.Delete(pool.File("a"));
        Dictionary<string, byte[]> before = pool.Bytes();
        var refusal = Assert.Throws<PmemFormatException>(() => pool.Sync());
        Assert.Contains("SINGLEHDR", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, pool.Bytes());
    }

    // An interruption at any step leaves a sound replica, and the next synchronisation completes the work.
    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    [InlineData("c")]
    public void An_interrupted_synchronisation_is_completed_by_the_next(string part)
    {
        for (int steps = 0; ; steps = (steps * 2) + 1)
        {
            File.Delete(_pool.File(part));
            if (Record.Exception(() => _pool.Sync(new Interruption(steps))) is null)
            {
                Assert.True(steps > 3);
                break;
            }

            // Refused until it is whole; the last step is the report that it is.
            if (Record.Exception(() => BlockPool.Open(_pool.SetPath).Dispose()) is null)
            {
                _pool.AssertWhole();
            }

            _pool.Sync();
            _pool.AssertWhole();
        }
    }

    // The first replica is ahead, as after a crash between the two persists, and says that it is dirty.
    [Fact]
    public void A_mirror_that_a_crash_left_behind_catches_up_at_open()
    {
        byte[] behind = File.ReadAllBytes(_pool.File("b"));
        byte[] ahead;
        using (BlockPool pool = BlockPool.Open(_pool.SetPath))
        {
            pool.Write(0, MirroredPool.Content(77));
            ahead = _pool.Read("a");
        }

        File.WriteAllBytes(_pool.File("a"), ahead);
        File.WriteAllBytes(_pool.File("b"), behind);
        using (BlockPool pool = BlockPool.Open(_pool.SetPath))
        {
            byte[] read = new byte[MirroredPool.BlockBytes];
            pool.Read(0, read);
            Assert.Equal(MirroredPool.Content(77), read);
            _pool.AssertEqualReplicas();
        }
    }

    [Fact]
    public void Opening_for_reading_touches_no_replica()
    {
        Dictionary<string, byte[]> before = _pool.Bytes();
        using (BlockPool pool = BlockPool.OpenReadOnly(_pool.SetPath))
        {
            Assert.Throws<NotSupportedException>(() => pool.Write(0, new byte[MirroredPool.BlockBytes]));
        }

        _ = BlockPool.Describe(_pool.SetPath);
        Assert.Equal(before, _pool.Bytes());
    }
}
