using PmemTyped.Native;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>One word, one write-back and one fence for each line, with nothing around them.</summary>
internal sealed class BareLines : Contender, IDisposable
{
    // PROT_READ and PROT_WRITE.
    private const int ReadWrite = 3;

    private readonly string _path = Path.Combine("/dev/shm", "pmemtyped-benchmark-" + Guid.NewGuid().ToString("N"));
    private readonly SafeMapHandle _map;
    private readonly Walk _walk = new(sizeof(ulong));

    internal BareLines()
    {
        using SafeFileDescriptor file = SafeFileDescriptor.CreateNew(
            _path, UnixFileMode.UserRead | UnixFileMode.UserWrite, out _)
            ?? throw new IOException($"'{_path}' cannot be created.");
        if (file.SetLength(Walk.WalkedBytes) != 0)
        {
            throw new IOException($"'{_path}' cannot be enlarged.");
        }

        _map = SafeMapHandle.Map(
            new MapRequest(file, OffsetBytes: 0, Walk.WalkedBytes, ReadWrite, IsPrivate: false), out _, out _)
            ?? throw new IOException($"'{_path}' cannot be mapped.");
        _map.Range.Fill(0, Walk.WalkedBytes, 1, StoreWay.Cached);
    }

    public void Dispose()
    {
        _map.Dispose();
        File.Delete(_path);
    }

    internal override void Run(int operations)
    {
        NativeRange range = _map.Range;
        for (int i = 0; i < operations; i++)
        {
            long offset = _walk.Next();
            range.Store64(offset, (ulong)i);
            range.FlushLines(offset, sizeof(ulong));
            PersistInstructions.Fence();
        }
    }
}

/// <summary>Copies as the runtime does, nothing is durable.</summary>
internal sealed unsafe class BareCopies(byte* memory, int bytes) : Contender
{
    private readonly byte* _memory = memory;
    private readonly byte[] _source = GC.AllocateArray<byte>(bytes, pinned: true);
    private readonly Walk _walk = new(bytes);

    internal override void Run(int operations)
    {
        fixed (byte* source = _source)
        {
            for (int i = 0; i < operations; i++)
            {
                Buffer.MemoryCopy(source, _memory + _walk.Next(), bytes, bytes);
            }
        }
    }
}
