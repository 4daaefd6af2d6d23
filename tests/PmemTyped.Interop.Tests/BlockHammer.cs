using System.Buffers.Binary;
using PmemTyped.Blocks;
using PmemTyped.Interop.Tests.Operations;

namespace PmemTyped.Interop.Tests;

/// <summary>
/// Several threads write, zero and spoil the same few blocks. Every written block says in each of its 16-byte pieces
/// which block it is and which write made it, so that a mixture of two writes shows.
/// </summary>
internal static class BlockHammer
{
    internal const int BlockSize = 512;
    internal const int HotBlocks = 200;
    internal const int Threads = 4;
    private const int PieceBytes = 16;

    /// <summary>Works on the pool from several threads; fails when one of them reads a mixture.</summary>
    /// <param name="pool">A pool of 512-byte blocks.</param>
    /// <param name="seed">Seed of the threads' choices.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="threads">How many threads.</param>
    /// <param name="readsInEight">How many of eight operations are reads, at most six.</param>
    internal static void Run(
        BlockPool pool, int seed, TimeSpan duration, int threads = Threads, int readsInEight = 1)
    {
        using var end = new CancellationTokenSource(duration);
        CancellationToken isOver = end.Token;
        Exception? failure = null;
        Thread[] workers =
        [
            .. Enumerable.Range(0, threads).Select(number => new Thread(() =>
            {
                try
                {
                    Work(pool, seed, number, readsInEight, isOver);
                }
                catch (Exception e)
                {
                    failure = e;
                }
            })),
        ];
        foreach (Thread thread in workers)
        {
            thread.Start();
        }

        foreach (Thread thread in workers)
        {
            thread.Join();
        }

        Assert.True(failure is null, FormattableString.Invariant($"seed {seed}: {failure}"));
    }

    /// <summary>Opens the pool, says so on standard output, and works until the process ends.</summary>
    internal static void RunUntilKilled(string path, int seed)
    {
        using BlockPool pool = BlockPool.Open(path);
        Console.Out.WriteLine("open");
        Console.Out.Flush();
        Run(pool, seed, TimeSpan.FromMinutes(1));
    }

    /// <summary>Asserts that no block is a mixture.</summary>
    internal static void AssertWhole(IBlocks pool, int seed)
    {
        byte[] content = new byte[BlockSize];
        for (int block = 0; block < HotBlocks; block++)
        {
            if (pool.Read(block, content) == BlockOutcome.Done)
            {
                AssertWhole(block, content, seed);
            }
        }
    }

    private static void Work(BlockPool pool, int seed, int thread, int readsInEight, CancellationToken isOver)
    {
        var random = new Random((seed * Threads) + thread);
        byte[] content = new byte[BlockSize];
        for (long write = 1; !isOver.IsCancellationRequested; write++)
        {
            int block = random.Next(HotBlocks);
            switch (random.Next(8))
            {
                case 0:
                    pool.SetZero(block);
                    break;
                case 1:
                    pool.SetError(block);
                    break;
                case int kind when kind < 2 + readsInEight:
                    if (pool.TryRead(block, content) == BlockState.Normal)
                    {
                        AssertWhole(block, content, seed);
                    }

                    break;
                default:
                    Fill(content, block, (write * Threads) + thread);
                    pool.Write(block, content);
                    break;
            }
        }
    }

    private static void Fill(Span<byte> content, int block, long write)
    {
        for (int at = 0; at < BlockSize; at += PieceBytes)
        {
            BinaryPrimitives.WriteInt64LittleEndian(content[at..], block);
            BinaryPrimitives.WriteInt64LittleEndian(content[(at + 8)..], write);
        }
    }

    private static void AssertWhole(int block, ReadOnlySpan<byte> content, int seed)
    {
        ReadOnlySpan<byte> first = content[..PieceBytes];
        if (!content.ContainsAnyExcept((byte)0))
        {
            return;
        }

        long number = BinaryPrimitives.ReadInt64LittleEndian(first);
        Assert.True(number == block, FormattableString.Invariant($"seed {seed}: block {block} holds block {number}"));
        for (int at = PieceBytes; at < BlockSize; at += PieceBytes)
        {
            Assert.True(
                content.Slice(at, PieceBytes).SequenceEqual(first),
                FormattableString.Invariant($"seed {seed}: block {block} is a mixture from byte {at} on"));
        }
    }
}
