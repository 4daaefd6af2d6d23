using PmemTyped.Testing;

namespace PmemTyped.Blocks.Tests;

/// <summary>The sound pool on a set of files, to be damaged: the same blocks in a pool of the same size.</summary>
internal sealed class SoundSet : IDisposable
{
    private const int FirstBytes = 12 << 20;
    private const int PageBytes = 4096;
    private static readonly Dictionary<string, Dictionary<string, byte[]>> s_made = [];

    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();
    private readonly string _kind;

    internal SoundSet(string kind)
    {
        _kind = kind;
        long second = SoundPool.PoolBytes - FirstBytes;
        string parts = kind == "one header"
            ? FormattableString.Invariant($"OPTION SINGLEHDR\n{FirstBytes} {File("a0")}\n{second} {File("a1")}\n")
            : FormattableString.Invariant($"{FirstBytes} {File("a0")}\n{second + PageBytes} {File("a1")}\n");
        string mirror = FormattableString.Invariant($"REPLICA\n{SoundPool.PoolBytes} {File("b0")}\n");
        System.IO.File.WriteAllText(SetPath, $"PMEMPOOLSET\n{parts}{(kind == "mirrors" ? mirror : string.Empty)}");
        lock (s_made)
        {
            if (!s_made.ContainsKey(kind))
            {
                Make();
                s_made[kind] = PartBytes();
            }
        }

        Restore();
    }

    internal string SetPath => File("pool.set");

    internal static IReadOnlyDictionary<string, byte[]> Sound(string kind) => s_made[kind];

    internal string File(string name) => _directory.File(name);

    internal void Restore()
    {
        foreach ((string name, byte[] bytes) in s_made[_kind])
        {
            System.IO.File.WriteAllBytes(File(name), bytes);
        }
    }

    internal Dictionary<string, byte[]> PartBytes() => Directory.GetFiles(_directory.Path)
        .Where(f => f != SetPath)
        .ToDictionary(f => Path.GetFileName(f), System.IO.File.ReadAllBytes);

    internal bool Holds(IReadOnlyDictionary<string, byte[]> parts) => PartBytes() is var now
        && now.Count == parts.Count && now.All(p => p.Value.AsSpan().SequenceEqual(parts[p.Key]));

    /// <summary>Damages the pool as the first replica holds it.</summary>
    internal void Damage(Func<byte[], byte[]> damage)
    {
        int skipped = _kind == "one header" ? 0 : PageBytes;
        byte[] second = System.IO.File.ReadAllBytes(File("a1"));
        byte[] pool = damage([.. System.IO.File.ReadAllBytes(File("a0")), .. second.AsSpan(skipped)]);
        System.IO.File.WriteAllBytes(File("a0"), pool[..FirstBytes]);
        pool.AsSpan(FirstBytes).CopyTo(second.AsSpan(skipped));
        System.IO.File.WriteAllBytes(File("a1"), second);
    }

    internal void DamageFile(string name, Func<byte[], byte[]> damage) =>
        System.IO.File.WriteAllBytes(File(name), damage(System.IO.File.ReadAllBytes(File(name))));

    /// <summary>Damages the header page of a part, or exchanges it.</summary>
    internal void DamageHeader(string name, Func<byte[], byte[]> damage)
    {
        using FileStream file = System.IO.File.Open(File(name), FileMode.Open);
        byte[] page = new byte[PageBytes];
        file.ReadExactly(page);
        file.Position = 0;
        file.Write(damage(page));
    }

    /// <summary>Asserts that all blocks are what they were, apart from those that a repair gave up, and can be written.</summary>
    internal void AssertBlocks(long[] bad)
    {
        using BlockPool pool = BlockPool.Open(SetPath);
        byte[] content = new byte[SoundPool.BlockBytes];
        for (long block = 0; block < 10; block++)
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

        for (int write = 0; write < 600; write++)
        {
            pool.Write(write % 50, SoundPool.Content(write));
        }
    }

    public void Dispose() => _directory.Dispose();

    private void Make()
    {
        using BlockPool pool = BlockPool.CreateInSet(SetPath, SoundPool.BlockBytes);
        for (long block = 0; block < 10; block++)
        {
            pool.Write(block, SoundPool.Content(block));
        }

        pool.SetError(3);
        pool.SetZero(4);
    }
}
