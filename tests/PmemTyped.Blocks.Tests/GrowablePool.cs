using PmemTyped.Testing;

namespace PmemTyped.Blocks.Tests;

/// <summary>A pool on a set of one of the kinds that grow, with a few blocks written.</summary>
internal sealed class GrowablePool : IDisposable
{
    internal const int BlockBytes = 512;
    internal const long PartBytes = 18 << 20;
    internal const long AddedBytes = 4 << 20;
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();
    private readonly int _replicas;

    internal GrowablePool(string kind)
    {
        Kind = kind;
        SetPath = File("pool.set");
        _replicas = kind == "mirrors" ? 2 : 1;
        Directory.CreateDirectory(File("d0"));
        Directory.CreateDirectory(File("d1"));
        System.IO.File.WriteAllText(SetPath, "PMEMPOOLSET\n" + kind switch
        {
            "one part" => $"18M {File("a0")}\n",
            "two parts" => $"18M {File("a0")}\n2M {File("a1")}\n",
            "one header" => $"OPTION SINGLEHDR\n18M {File("a0")}\n",
            "directories" => $"OPTION SINGLEHDR\n64M {File("d0")}\n64M {File("d1")}\n",
            "mirrors" => $"18M {File("a0")}\nREPLICA\n16M {File("b0")}\n2M {File("b1")}\n",
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        });
        using BlockPool pool = BlockPool.CreateInSet(SetPath, BlockBytes);
        for (int block = 0; block < 50; block++)
        {
            pool.Write(block * 7, Content(block));
        }

        pool.SetError(2);
        pool.SetZero(3);
    }

    internal string Kind { get; }

    internal string SetPath { get; }

    internal static byte[] Content(int seed)
    {
        byte[] content = new byte[BlockBytes];
        new Random(seed).NextBytes(content);
        return content;
    }

    internal string File(string name) => _directory.File(name);

    internal string[] NewParts(int number = 0) => Kind == "directories"
        ? []
        : [.. Enumerable.Range(0, _replicas).Select(r => File(FormattableString.Invariant($"new{number}-{r}")))];

    internal Dictionary<string, byte[]> Bytes() => Directory.GetFiles(_directory.Path, "*", SearchOption.AllDirectories)
        .ToDictionary(f => f, System.IO.File.ReadAllBytes);

    internal void Overwrite(string name, long offset, ReadOnlySpan<byte> bytes)
    {
        using FileStream file = System.IO.File.OpenWrite(File(name));
        file.Position = offset;
        file.Write(bytes);
    }

    internal static void AssertKept(BlockPool pool)
    {
        byte[] read = new byte[BlockBytes];
        for (int block = 0; block < 50; block++)
        {
            pool.Read(block * 7, read);
            Assert.Equal(Content(block), read);
        }

        Assert.Equal(BlockState.Error, pool.GetState(2));
        Assert.Equal(BlockState.Zero, pool.GetState(3));
        Assert.Equal(BlockState.Initial, pool.GetState(4));
    }

    public void Dispose() => _directory.Dispose();
}
