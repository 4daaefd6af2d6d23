using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Blocks.Tests;

/// <summary>Mirrors of block pools are added and removed, and what an interruption of that leaves.</summary>
public sealed class ReplicaTransformTests : IDisposable
{
    private readonly MirroredPool _pool = new();

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void Replicas_are_added_and_removed()
    {
        PoolSetFile two = PoolSetFile.Load(_pool.SetPath);
        PoolSetFile three = Parse($"{two}REPLICA\n20M {_pool.File("d")}\n");
        Dictionary<string, byte[]> before = _pool.Bytes();
        Assert.Equal([_pool.File("d")], PoolSetTransform.Plan(two, three, BlockPool.Signature).Added);
        Assert.Equal(before, _pool.Bytes());

        Assert.True(PoolSetTransform.Run(two, three, BlockPool.Signature).IsApplied);
        Assert.Throws<PmemFormatException>(() => BlockPool.Open(_pool.SetPath));
        three.Save(_pool.SetPath);
        _pool.AssertWhole();

        PoolSetFile one = PoolSetFile.Of([three.Replicas[0]]);
        Assert.Equal(3, PoolSetTransform.Run(three, one, BlockPool.Signature).Removed.Count);
        Assert.False(File.Exists(_pool.File("b")));
        one.Save(_pool.SetPath);
        Assert.True(BlockPool.Check(_pool.SetPath).IsConsistent);
    }

    [Fact]
    public void An_interrupted_transformation_is_completed_by_a_synchronisation()
    {
        PoolSetFile two = PoolSetFile.Load(_pool.SetPath);
        PoolSetFile three = Parse($"{two}REPLICA\n20M {_pool.File("d")}\n");
        Dictionary<string, byte[]> before = _pool.Bytes();
        for (int steps = 0; ; steps = (steps * 3) + 2)
        {
            if (Record.Exception(() => PoolSetTransform.Run(two, three, BlockPool.Signature, new Interruption(steps))) is null)
            {
                Assert.True(steps > 7);
                break;
            }

            PoolSetSync.Run(three, BlockPool.Signature);
            three.Save(_pool.SetPath);
            _pool.AssertWhole();
            File.Delete(_pool.File("d"));
            foreach ((string path, byte[] bytes) in before)
            {
                File.WriteAllBytes(path, bytes);
            }
        }
    }

    // Giving up is no less safe than going on: the old set is a set to be synchronised too.
    [Fact]
    public void An_interrupted_addition_can_be_given_up()
    {
        PoolSetFile two = PoolSetFile.Load(_pool.SetPath);
        PoolSetFile three = Parse($"{two}REPLICA\n20M {_pool.File("d")}\n");
        for (int steps = 0; ; steps = (steps * 3) + 2)
        {
            if (Record.Exception(() => PoolSetTransform.Run(two, three, BlockPool.Signature, new Interruption(steps))) is null)
            {
                Assert.True(steps > 7);
                break;
            }

            _pool.Sync();
            _pool.AssertWhole();
            File.Delete(_pool.File("d"));
        }
    }

    // Interrupted while the rest is compared, and when the links are written but the files not yet deleted.
    [Fact]
    public void An_interrupted_removal_leaves_the_old_set_or_the_new_one()
    {
        PoolSetFile two = PoolSetFile.Load(_pool.SetPath);
        PoolSetFile three = Parse($"{two}REPLICA\n20M {_pool.File("d")}\n");
        PoolSetTransform.Run(two, three, BlockPool.Signature);
        Dictionary<string, byte[]> before = _pool.Bytes();
        int asBefore = 0;
        int asAfter = 0;
        for (int steps = 0; ; steps++)
        {
            if (Record.Exception(() => PoolSetTransform.Run(three, two, BlockPool.Signature, new Interruption(steps))) is null)
            {
                Assert.False(File.Exists(_pool.File("d")));
                _pool.AssertWhole();
                break;
            }

            // The set that is refused is so because of its links, and a synchronisation makes them good.
            three.Save(_pool.SetPath);
            bool isOld = BlockPool.Check(_pool.SetPath).IsConsistent;
            two.Save(_pool.SetPath);
            bool isNew = BlockPool.Check(_pool.SetPath).IsConsistent;
            Assert.True(isOld != isNew, FormattableString.Invariant($"step {steps}: old {isOld}, new {isNew}"));
            _ = isOld ? asBefore++ : asAfter++;
            PoolSetSync.Run(two, BlockPool.Signature);
            _pool.AssertWhole();
            foreach ((string path, byte[] bytes) in before)
            {
                File.WriteAllBytes(path, bytes);
            }
        }

        Assert.True(asBefore > 3);
        Assert.Equal(1, asAfter);
    }

    [Fact]
    public void What_a_transformation_cannot_do_is_refused()
    {
        PoolSetFile two = PoolSetFile.Load(_pool.SetPath);
        string add = $"REPLICA\n20M {_pool.File("d")}\n";
        string[] targets =
        [
            two.ToString(),
            $"{two}REPLICA\n17M {_pool.File("d")}\n",
            $"PMEMPOOLSET\nOPTION SINGLEHDR\n{two.ToString()["PMEMPOOLSET\n".Length..]}{add}",
            $"PMEMPOOLSET\nOPTION SINGLEHDR\n18M {_pool.File("a")}\n",
            $"PMEMPOOLSET\nOPTION SINGLEHDR\n20M {_pool.File("a")}\nREPLICA\n12M {_pool.File("b")}\n10M {_pool.File("c")}\n",
            $"PMEMPOOLSET\nOPTION NOHDRS\n{two.ToString()["PMEMPOOLSET\n".Length..]}{add}",
            $"PMEMPOOLSET\n18M {_pool.File("a")}\n{add}",
            $"PMEMPOOLSET\n12M {_pool.File("b")}\n10M {_pool.File("c")}\n",
            $"PMEMPOOLSET\n20M {_pool.File("d")}\n",
        ];
        Dictionary<string, byte[]> before = _pool.Bytes();
        foreach (string target in targets)
        {
            Assert.Throws<PmemFormatException>(() => PoolSetTransform.Run(two, Parse(target), BlockPool.Signature));
        }

        Assert.Equal(before, _pool.Bytes());
    }

    private static PoolSetFile Parse(string text) => PoolSetFile.Parse(text);
}
