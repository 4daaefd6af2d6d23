using System.Buffers.Binary;
using PmemTyped.Blocks;

namespace PmemTyped.Fuzz;

/// <summary>
/// The process that is killed: four threads write blocks of their own, each write numbered in every 16 bytes, and say in
/// the ledger what they begin and what returned.
/// </summary>
internal static class KillWriter
{
    internal const int BlockSize = 4096;
    private const int Threads = 4;
    private const int PieceBytes = 16;

    // Every so many writes the block is set to zero instead.
    private const int ZeroEvery = 16;

    /// <summary>Says that it is ready, waits for a line, and writes until it is killed or its input ends.</summary>
    internal static void Run(string path, string ledgerPath, bool grows)
    {
        using var ledger = new KillLedger(ledgerPath);
        Console.Out.WriteLine("ready");
        Console.Out.Flush();
        if (Console.In.ReadLine() is null)
        {
            return;
        }

        using BlockPool pool = BlockPool.Open(path);
        for (int number = 0; number < Threads; number++)
        {
            int first = number;
            new Thread(() => Write(pool, ledger, first)) { IsBackground = true }.Start();
        }

        while (grows && pool.BlockCount < GrowthKillTests.MaxBlocks)
        {
            _ = pool.Grow(GrowthKillTests.PartBytes);
        }

        // The input ends when the test dies before it can kill this process.
        _ = Console.In.ReadLine();
        Environment.Exit(0);
    }

    /// <summary>Requires that a block is as one of the writes left it that may be the last.</summary>
    internal static void AssertBlock(BlockPool pool, KillLedger ledger, int block)
    {
        long from = ledger.Acknowledged(block);
        long to = ledger.Begun(block);
        byte[] content = new byte[BlockSize];
        switch (pool.TryRead(block, content))
        {
            case BlockState.Initial:
                Assert.Equal(0, from);
                break;
            case BlockState.Zero:
                Assert.True(to / ZeroEvery * ZeroEvery >= from, FormattableString.Invariant($"zero, but {from} to {to} are expected"));
                break;
            case BlockState.Normal:
                long write = BinaryPrimitives.ReadInt64LittleEndian(content.AsSpan(8));
                byte[] whole = new byte[BlockSize];
                Fill(whole, block, write);
                Assert.True(content.AsSpan().SequenceEqual(whole), FormattableString.Invariant($"write {write} is torn"));
                Assert.InRange(write, from, to);
                break;
            default:
                Assert.Fail("marked bad");
                break;
        }
    }

    /// <summary>The next write of a block; the ledger says that it begins, and that it returned.</summary>
    internal static void WriteNext(BlockPool pool, KillLedger ledger, int block, byte[] content)
    {
        long write = ledger.Begun(block) + 1;
        ledger.Begin(block, write);
        if (write % ZeroEvery == 0)
        {
            pool.SetZero(block);
        }
        else
        {
            Fill(content, block, write);
            pool.Write(block, content);
        }

        ledger.Acknowledge(block, write);
    }

    private static void Write(BlockPool pool, KillLedger ledger, int first)
    {
        byte[] content = new byte[BlockSize];
        while (true)
        {
            for (int block = first; block < KillLedger.Blocks; block += Threads)
            {
                WriteNext(pool, ledger, block, content);
            }
        }
    }

    private static void Fill(Span<byte> content, int block, long write)
    {
        for (int at = 0; at < content.Length; at += PieceBytes)
        {
            BinaryPrimitives.WriteInt64LittleEndian(content[at..], block);
            BinaryPrimitives.WriteInt64LittleEndian(content[(at + 8)..], write);
        }
    }
}
