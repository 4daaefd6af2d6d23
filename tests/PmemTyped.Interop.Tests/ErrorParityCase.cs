using PmemTyped.Blocks;
using PmemTyped.Blocks.Layout;
using PmemTyped.Interop.Tests.Reference;
using PmemTyped.Native;
using PmemTyped.Sets;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Interop.Tests;

/// <summary>
/// One thing that both sides refuse. <see cref="Ours"/> and <see cref="Reference"/> each do it on a prepared path of
/// their own.
/// </summary>
/// <param name="Name">What is wrong, in words.</param>
/// <param name="Prepare">Makes the file, or nothing.</param>
/// <param name="Ours">The attempt with our library; must throw.</param>
/// <param name="Exception">What it must throw, exactly.</param>
/// <param name="Reference">The attempt with the reference; must throw.</param>
/// <param name="ErrorNumber">Its errno.</param>
internal sealed record ErrorParityCase(
    string Name,
    Action<string> Prepare,
    Action<string> Ours,
    Type Exception,
    Action<string> Reference,
    int ErrorNumber)
{
    private const int BlockSize = 512;

    // A laid-out minimum pool of 512-byte blocks (block pool format, section 6.1).
    private const long InfoBlock = 8192;
    private const long MapStart = InfoBlock + 16_625_664;
    private const long FlogStart = InfoBlock + 16_756_736;

    internal static IReadOnlyList<ErrorParityCase> All { get; } =
    [
        Open<PmemIOException>("a file that does not exist", ErrorNumbers.NoEntry, _ => { }),
        new(
            "a path through a file",
            LaidOut,
            path => BlockPool.Open(path + "/pool"),
            typeof(PmemIOException),
            path => ReferencePool.Open(path + "/pool"),
            ErrorNumbers.NotADirectory),
        Open<PmemFormatException>("a file of 1 MiB", ErrorNumbers.Invalid, path => File.WriteAllBytes(path, new byte[1 << 20])),
        Open<PmemFormatException>("another signature", ErrorNumbers.Invalid, path => Patch(path, 0, 0x20)),
        Open<PmemFormatException>(
            "a sound pool of another type",
            ErrorNumbers.Invalid,
            path => PatchHeader(path, 4, 'B' ^ 'L', 'L' ^ 'O', 'K' ^ 'G')),
        Open<PmemFormatException>("major version 2", ErrorNumbers.Invalid, path => PatchHeader(path, 8, 3)),
        Open<PmemFormatException>(
            "an unknown incompat feature", ErrorNumbers.Invalid, path => PatchHeader(path, 16, 0x40)),
        Open<PmemFormatException>(
            "the feature of a pool set with one header", ErrorNumbers.Invalid, path => PatchHeader(path, 16, 0x01)),
        Open<PmemFormatException>("another machine", ErrorNumbers.Invalid, path => PatchHeader(path, 142, 0x10)),
        Open<PmemFormatException>("other alignments", ErrorNumbers.Invalid, path => PatchHeader(path, 128, 0x01)),
        Open<PmemFormatException>("a next part", ErrorNumbers.Invalid, path => PatchHeader(path, 72, 0x01)),
        Open<PmemFormatException>("a next replica", ErrorNumbers.Invalid, path => PatchHeader(path, 104, 0x01)),
        Open<PmemCorruptionException>(
            "a wrong header checksum", ErrorNumbers.Invalid, path => Patch(path, 4088, 0x01)),
        Open<PmemCorruptionException>(
            "a damaged creation time, which the checksum covers", ErrorNumbers.Invalid, path => Patch(path, 120, 0x01)),
        Open<PmemCorruptionException>(
            "a descriptor that contradicts the info block", ErrorNumbers.Invalid, path => Patch(path, 4096, 0x08)),
        Open<PmemCorruptionException>(
            "a file cut into its flog", ErrorNumbers.Invalid, CutIntoFlog),
        Open<PmemCorruptionException>(
            "a flog slot of a block that does not exist", ErrorNumbers.Invalid, path => Patch(path, FlogStart + 3, 0x70)),
        Open<PmemFormatException>(
            "an interrupted repair of bad blocks",
            ErrorNumbers.Invalid,
            path =>
            {
                LaidOut(path);
                File.WriteAllText(path + "_r0_p0_badblocks.txt", "10 8\n");
            }),
        new(
            "another block size than asked for",
            LaidOut,
            path => BlockPool.Open(path, 513),
            typeof(PmemFormatException),
            path => ReferencePool.Open(path, 513),
            ErrorNumbers.Invalid),

        Create<ArgumentOutOfRangeException>("block size 0", ErrorNumbers.Invalid, 0, BlockPool.MinPoolBytes),
        Create<ArgumentOutOfRangeException>("a pool that is too small", ErrorNumbers.Invalid, 512, BlockPool.MinPoolBytes - 1),
        Create<ArgumentOutOfRangeException>("too few blocks", ErrorNumbers.Invalid, 32_513, BlockPool.MinPoolBytes),
        Create<PmemIOException>("a pool that exists", ErrorNumbers.Exists, 512, BlockPool.MinPoolBytes, LaidOut),
        new(
            "a new pool in a directory that does not exist",
            _ => { },
            path => BlockPool.Create(path + "/pool", BlockSize, BlockPool.MinPoolBytes),
            typeof(PmemIOException),
            path => ReferencePool.Create(path + "/pool", BlockSize, BlockPool.MinPoolBytes),
            ErrorNumbers.NoEntry),
        CreateInFile<PmemFormatException>("a new pool over an old one", ErrorNumbers.Exists, LaidOut),
        CreateInFile<PmemIOException>("a new pool in a missing file", ErrorNumbers.NoEntry, _ => { }),
        CreateInFile<ArgumentOutOfRangeException>(
            "a new pool in a small file",
            ErrorNumbers.Invalid,
            path => File.WriteAllBytes(path, new byte[BlockPool.MinPoolBytes - 1])),

        Use<ArgumentOutOfRangeException>(
            "a read of block -1", ErrorNumbers.Invalid, p => p.Read(-1, new byte[BlockSize]), h => h.TryRead(-1, new byte[BlockSize])),
        Use<ArgumentOutOfRangeException>(
            "a read behind the last block",
            ErrorNumbers.Invalid,
            p => p.Read(p.BlockCount, new byte[BlockSize]),
            h => h.TryRead(h.BlockCount, new byte[BlockSize])),
        Use<ArgumentOutOfRangeException>(
            "a write of block -1", ErrorNumbers.Invalid, p => p.Write(-1, new byte[BlockSize]), h => h.TryWrite(-1, new byte[BlockSize])),
        Use<ArgumentOutOfRangeException>(
            "a write behind the last block",
            ErrorNumbers.Invalid,
            p => p.Write(p.BlockCount, new byte[BlockSize]),
            h => h.TryWrite(h.BlockCount, new byte[BlockSize])),
        Use<ArgumentOutOfRangeException>(
            "zeroing behind the last block", ErrorNumbers.Invalid, p => p.SetZero(p.BlockCount), h => h.TrySetZero(h.BlockCount)),
        Use<ArgumentOutOfRangeException>(
            "marking behind the last block", ErrorNumbers.Invalid, p => p.SetError(p.BlockCount), h => h.TrySetError(h.BlockCount)),
        Use<BadBlockException>(
            "a read of a block marked bad", ErrorNumbers.InputOutput, p => p.Read(7, new byte[BlockSize]), h => h.TryRead(7, new byte[BlockSize])),
        Use<PmemCorruptionException>(
            "a read through a map entry that points outside",
            ErrorNumbers.Invalid,
            p => p.Read(0, new byte[BlockSize]),
            h => h.TryRead(0, new byte[BlockSize]),
            path => Patch(path, MapStart + 3, 0x20)),
        Use<PmemCorruptionException>(
            "a write to an arena in the error state",
            ErrorNumbers.InputOutput,
            p => p.Write(0, new byte[BlockSize]),
            h => h.TryWrite(0, new byte[BlockSize]),
            path => PatchInfo(path, 48, 0x01)),
        Use<PmemCorruptionException>(
            "a write to an arena without a current flog entry",
            ErrorNumbers.InputOutput,
            p => p.Write(0, new byte[BlockSize]),
            h => h.TryWrite(0, new byte[BlockSize]),
            path => Patch(path, FlogStart + (200 * 64) + 12, 0x01)),
        Use<NotSupportedException>(
            "a write to a pool with an unknown ro-compat feature",
            ErrorNumbers.ReadOnlyFileSystem,
            p => p.Write(0, new byte[BlockSize]),
            h => h.TryWrite(0, new byte[BlockSize]),
            path => PatchHeader(path, 20, 0x01)),
    ];

    public override string ToString() => Name;

    private static ErrorParityCase Open<TException>(string name, int errorNumber, Action<string> prepare)
        where TException : Exception => new(
            name,
            prepare,
            path => BlockPool.Open(path),
            typeof(TException),
            path => ReferencePool.Open(path),
            errorNumber);

    private static ErrorParityCase Create<TException>(
        string name, int errorNumber, int blockSize, long poolBytes, Action<string>? prepare = null)
        where TException : Exception => new(
            name,
            prepare ?? (_ => { }),
            path => BlockPool.Create(path, blockSize, poolBytes, new BlockPoolOptions { IsSparse = true }),
            typeof(TException),
            path => ReferencePool.Create(path, blockSize, poolBytes),
            errorNumber);

    private static ErrorParityCase CreateInFile<TException>(string name, int errorNumber, Action<string> prepare)
        where TException : Exception => new(
            name,
            prepare,
            path => BlockPool.CreateInFile(path, BlockSize),
            typeof(TException),
            path => ReferencePool.Create(path, BlockSize, poolBytes: 0),
            errorNumber);

    // Opening succeeds on both sides, the operation does not.
    private static ErrorParityCase Use<TException>(
        string name,
        int errorNumber,
        Action<BlockPool> ours,
        Func<ReferencePool, int> reference,
        Action<string>? damage = null)
        where TException : Exception
    {
        bool isOpen = false;
        return new(
            name,
            damage ?? LaidOut,
            path =>
            {
                isOpen = false;
                using BlockPool pool = BlockPool.Open(path);
                isOpen = true;
                ours(pool);
            },
            typeof(TException),
            path =>
            {
                Assert.True(isOpen, "The pool did not even open with our library.");
                using ReferencePool pool = ReferencePool.Open(path);
                int error = reference(pool);
                if (error != 0)
                {
                    throw new ReferenceException(name, error, null);
                }
            },
            errorNumber);
    }

    private static void LaidOut(string path) => LaidOut(path, BlockPool.MinPoolBytes);

    private static void LaidOut(string path, long poolBytes)
    {
        using BlockPool pool = BlockPool.Create(path, BlockSize, poolBytes);
        pool.Write(0, new byte[BlockSize]);
        pool.Write(5, new byte[BlockSize]);
        pool.SetError(7);
    }

    // A larger pool, because a smaller file than the minimum is refused for another reason.
    private static void CutIntoFlog(string path)
    {
        LaidOut(path, 20_971_520);
        using FileStream file = File.OpenWrite(path);
        file.SetLength(InfoBlock + 20_942_848 + 4096);
    }

    // Damage: bits of a laid-out pool are flipped.
    private static void Patch(string path, long offset, params ReadOnlySpan<byte> flipped)
    {
        LaidOut(path);
        Change(path, offset, flipped.Length, flipped.ToArray(), (bytes, bits) =>
        {
            for (int i = 0; i < bits.Length; i++)
            {
                bytes[i] ^= bits[i];
            }
        });
    }

    // The same in the pool header, with a checksum that is right again.
    private static void PatchHeader(string path, int offset, params ReadOnlySpan<byte> flipped)
    {
        Patch(path, offset, flipped);
        Change(path, 0, PartHeaderLayout.SizeBytes, [], (bytes, _) =>
        {
            PartHeaderLayout header = Blittable.Read<PartHeaderLayout>(bytes);
            header.Checksum = PartHeader.ComputeChecksum(in header);
            Blittable.AsBytes(in header).CopyTo(bytes);
        });
    }

    // The same in the info block.
    private static void PatchInfo(string path, int offset, params ReadOnlySpan<byte> flipped)
    {
        Patch(path, InfoBlock + offset, flipped);
        Change(path, InfoBlock, BttInfoLayout.SizeBytes, [], (bytes, _) =>
        {
            BttInfoLayout info = Blittable.Read<BttInfoLayout>(bytes);
            info.Checksum = BttInfoLayout.ComputeChecksum(in info);
            Blittable.AsBytes(in info).CopyTo(bytes);
        });
    }

    private static void Change(
        string path, long offset, int length, byte[] argument, Action<byte[], byte[]> change)
    {
        using FileStream file = File.Open(path, FileMode.Open);
        byte[] bytes = new byte[length];
        file.Position = offset;
        file.ReadExactly(bytes);
        change(bytes, argument);
        file.Position = offset;
        file.Write(bytes);
    }
}
