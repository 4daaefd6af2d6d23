using PmemTyped.Blocks;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Layout;
using PmemTyped.Replication.Tests.Support;
using PmemTyped.Sets.PoolSets;
using Xunit.Abstractions;

namespace PmemTyped.Replication.Tests.Sets;

/// <summary>
/// A replica stores frames one after the other, and can be the only thing that is left after any of them. Every such image is
/// recovered as a pool after a crash is: nothing that was acknowledged before is lost, nothing is torn.
/// </summary>
public sealed class ReplicaCrashTests(ITestOutputHelper output)
{
    private const int Blocks = 12;
    private const int BlockBytes = PoolBench.BlockBytes;

    [Fact]
    public void After_every_frame_the_replica_recovers_to_a_state_between_acknowledged_writes()
    {
        using var bench = new PoolBench();
        var done = new List<Step>();
        byte[] image;
        int first;
        using (BlockPool pool = BlockPool.CreateInSet(bench.SetPath, BlockBytes))
        {
            image = bench.Target.PartBytesAt(0, (int)PoolBench.PartBytes, PoolBench.Remote);
            first = bench.Recorder.Count;
            Run(pool, bench, done);
        }

        IReadOnlyList<(FrameHeaderLayout Header, byte[] Payload)> frames = bench.Recorder.Frames;
        PoolSetRemotes.Use(null);
        string path = bench.Target.Part(PoolBench.Remote, 0);
        int images = 0;
        for (int applied = first; applied <= frames.Count; applied++)
        {
            if (applied > first && !Apply(image, frames[applied - 1]))
            {
                continue;
            }

            images++;
            File.WriteAllBytes(path, image);
            CheckImage(bench.RemoteSet, done, applied);
        }

        output.WriteLine(FormattableString.Invariant($"{images} images after {done.Count} operations"));
        Assert.True(images > 3 * done.Count, FormattableString.Invariant($"only {images} images"));
    }

    // A test that could not fail would be worth nothing: with two frames of a write swapped an image is damaged or torn.
    [Fact]
    public void Frames_in_another_order_are_noticed()
    {
        using var bench = new PoolBench();
        var done = new List<Step>();
        byte[] image;
        int first;
        using (BlockPool pool = BlockPool.CreateInSet(bench.SetPath, BlockBytes))
        {
            pool.Write(0, Content(0, 1));
            image = bench.Target.PartBytesAt(0, (int)PoolBench.PartBytes, PoolBench.Remote);
            first = bench.Recorder.Count;
            Write(pool, bench, done, 3, 1);
        }

        // The map entry and both halves of the flog entry, without the content.
        PoolSetRemotes.Use(null);
        foreach ((FrameHeaderLayout Header, byte[] Payload) frame in bench.Recorder.Frames.Skip(first).Where(f => f.Payload.Length < BlockBytes))
        {
            _ = Apply(image, frame);
        }

        File.WriteAllBytes(bench.Target.Part(PoolBench.Remote, 0), image);
        Assert.ThrowsAny<Exception>(() => CheckImage(bench.RemoteSet, done, first + 1));
    }

    private static void Run(BlockPool pool, PoolBench bench, List<Step> done)
    {
        for (int round = 1; round <= 6; round++)
        {
            Write(pool, bench, done, round % Blocks, round);
            Write(pool, bench, done, (round * 5) % Blocks, round + 10);
            int at = round;
            Many(pool, bench, done, [at % Blocks, (at + 3) % Blocks, (at + 7) % Blocks], round + 20);
            Do(bench, done, [(round + 1) % Blocks], generation: 0, () => pool.SetZero((at + 1) % Blocks));
        }
    }

    private static void Write(BlockPool pool, PoolBench bench, List<Step> done, int block, int generation) =>
        Do(bench, done, [block], generation, () => pool.Write(block, Content(block, generation)));

    private static void Many(BlockPool pool, PoolBench bench, List<Step> done, int[] blocks, int generation) =>
        Do(bench, done, blocks, generation, () => pool.WriteMany(
            [.. blocks.Select(b => (long)b)], blocks.SelectMany(b => Content(b, generation)).ToArray()));

    private static void Do(PoolBench bench, List<Step> done, int[] blocks, int generation, Action action)
    {
        int begun = bench.Recorder.Count;
        action();
        done.Add(new Step(blocks, generation, begun, bench.Recorder.Count));
    }

    /// <summary>Stores a frame as the target does; false for one that stores nothing.</summary>
    private static bool Apply(byte[] image, (FrameHeaderLayout Header, byte[] Payload) frame)
    {
        if (frame.Header.Kind is not (FrameKind.Write or FrameKind.WriteAtomic))
        {
            return false;
        }

        frame.Payload.CopyTo(image.AsSpan((int)frame.Header.PoolOffset));
        return true;
    }

    private static void CheckImage(string setPath, List<Step> steps, int applied)
    {
        using (BlockPool pool = BlockPool.Open(setPath))
        {
            CheckBlocks(pool, steps, applied);

            // A block that is in use and free at once would show now.
            for (int i = 0; i < Blocks; i++)
            {
                pool.Write(100 + i, Content(i, 200));
            }

            CheckBlocks(pool, steps, applied);
        }

        // The copy of the info block may be missing as long as the first write has not returned.
        Assert.DoesNotContain(
            BlockPool.Check(setPath).Findings,
            f => steps[0].Acknowledged <= applied || !f.Structure.Contains("info block copy", StringComparison.Ordinal));
    }

    private static void CheckBlocks(BlockPool pool, List<Step> steps, int applied)
    {
        for (int block = 0; block < Blocks; block++)
        {
            // What every step that returned has left, and what one that had begun may have left.
            int sure = steps.FindLastIndex(s => s.Acknowledged <= applied && s.Blocks.Contains(block));
            HashSet<int> allowed = [sure < 0 ? 0 : steps[sure].Generation];
            allowed.UnionWith(steps.Where(s => s.Begun < applied && s.Acknowledged > applied && s.Blocks.Contains(block)).Select(s => s.Generation));
            byte[] content = new byte[BlockBytes];
            _ = pool.TryRead(block, content);
            Assert.True(
                allowed.Any(g => content.AsSpan().SequenceEqual(Content(block, g))),
                FormattableString.Invariant($"after frame {applied} block {block} is none of the generations {string.Join(", ", allowed)}"));
        }
    }

    private static byte[] Content(int block, int generation) =>
        generation == 0 ? new byte[BlockBytes] : [.. Enumerable.Range(0, BlockBytes).Select(i => (byte)(block + (generation * 16) + (i / 128) + 1))];

    /// <summary>An operation, and how many frames had been sent when it began and when it returned.</summary>
    private sealed record Step(int[] Blocks, int Generation, int Begun, int Acknowledged);
}
