namespace PmemTyped.Mapping.Tests;

/// <summary>Access to a map allocates nothing, whether or not somebody listens to the instruments.</summary>
public sealed class AllocationTests : IDisposable
{
    private const int Rounds = 500;
    private readonly MappedFile _file = new(4 * MappedFile.PageBytes);

    public static TheoryData<string> Operations =>
    [
        "Read", "ReadAsync", "ReadArrayAsync", "Write", "WriteAsync", "WriteArrayAsync", "Bytes", "Whole", "Flush", "FlushAsync",
        "Lease", "Scopes", "Memory", "Sync",
    ];

    public void Dispose() => _file.Dispose();

    [Theory]
    [MemberData(nameof(Operations))]
    public void An_operation_allocates_nothing(string operation)
    {
        AssertAllocatesNothing(operation, isMeasured: false);
        AssertAllocatesNothing(operation, isMeasured: true);
    }

    private static void AssertCompleted(ValueTask<int> read) => Assert.True(read.IsCompletedSuccessfully);

    private static void AssertCompleted(ValueTask written) => Assert.True(written.IsCompletedSuccessfully);

    private static void WriteAndReadAll(PmemStream stream, byte[] buffer)
    {
        stream.WriteAll(buffer);
        stream.SeekTo(0);
        stream.ReadBytes(buffer.AsSpan());
    }

    private static void WriteAndFlush(PmemStream stream, byte[] buffer)
    {
        stream.Write(buffer);
        stream.Flush();
    }

    private static void Lease(PmemMap map, byte[] buffer)
    {
        using scoped PmemMapLease lease = map.Lease();
        lease.Copy(0, buffer);
    }

    private static void Scopes(PmemMap map)
    {
        using DrainScope drain = map.BeginDrain();
        using scoped FlushScope flush = map.BeginFlush(0, 100);
        flush.Window(0, 100).Fill(1);
    }

    private static void FillAndPersist(PmemMemoryOwner owner)
    {
        owner.Memory.Span.Fill(1);
        owner.Persist();
    }

    private void AssertAllocatesNothing(string operation, bool isMeasured)
    {
        using PmemMap map = _file.Map(lines: true);
        using PmemMap pages = _file.Map();
        using PmemStream stream = map.OpenStream(leaveMapOpen: true);
        using PmemMemoryOwner owner = map.RentMemory(0, 100);
        byte[] buffer = new byte[100];
        Action run = operation switch
        {
            "Read" => () => Assert.True(stream.Read(buffer.AsSpan()) == 100),
            "ReadAsync" => () => AssertCompleted(stream.ReadAsync(buffer.AsMemory())),
            "ReadArrayAsync" => () => _ = stream.ReadAsync(buffer, 0, 100, default).Result,
            "Write" => () => stream.Write(buffer.AsSpan()),
            "WriteAsync" => () => AssertCompleted(stream.WriteAsync(buffer.AsMemory())),
            "WriteArrayAsync" => () => stream.WriteAsync(buffer, 0, 100, default).GetAwaiter().GetResult(),
            "Bytes" => () => stream.WriteByte((byte)stream.ReadByte()),
            "Whole" => () => WriteAndReadAll(stream, buffer),
            "Flush" => () => WriteAndFlush(stream, buffer),
            "FlushAsync" => () => stream.FlushAsync(default).GetAwaiter().GetResult(),
            "Lease" => () => Lease(map, buffer),
            "Scopes" => () => Scopes(map),
            "Memory" => () => FillAndPersist(owner),
            _ => () => pages.DangerousGetMedium().Persist(0, 5000, default),
        };
        using Measurements? measured = isMeasured ? new Measurements() : null;
        long allocated = 0;
        for (int i = 0; i < 2 * Rounds; i++)
        {
            stream.Position = 0;
            long before = GC.GetAllocatedBytesForCurrentThread();
            run();
            allocated = i < Rounds ? 0 : allocated + GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
        bool flushes = operation is "Flush" or "Lease" or "Scopes" or "Memory" or "Sync";
        Assert.Equal(isMeasured && flushes, measured?["flush.io"] > 0);
    }
}
