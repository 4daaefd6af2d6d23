namespace PmemTyped.Mapping.Tests;

/// <summary>When a stream persists what it stored, how long it holds its map, and what is left of it after that.</summary>
public sealed class PmemStreamLifetimeTests : IDisposable
{
    private const int LengthBytes = 3 * MappedFile.PageBytes;
    private readonly MappedFile _file = new(LengthBytes);

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task A_flush_persists_what_was_stored_since_the_last_one()
    {
        await using PmemStream stream = _file.Map(lines: true).OpenStream();
        using var measured = new Measurements();
        stream.Flush();
        Assert.Equal((0, 0), (measured["flush.io"], measured["drain.calls"]));

        stream.Position = 200;
        stream.Write(new byte[100]);
        stream.Position = 130;
        stream.Write(new byte[10]);
        stream.Flush();
        Assert.Equal((170, 3, 1), (measured["flush.io"], measured["flush.lines"], measured["drain.calls"]));

        await stream.FlushAsync();
        stream.Write(new byte[10]);
        await stream.FlushAsync();
        Assert.Equal((180, 4, 2), (measured["flush.io"], measured["flush.lines"], measured["drain.calls"]));
    }

    [Fact]
    public void Disposing_gives_the_map_back_unless_it_shall_stay_open()
    {
        PmemMap map = _file.Map();
        PmemStream stream = map.OpenStream(leaveMapOpen: true);
        stream.Dispose();
        stream.Dispose();
        using (scoped PmemMapLease lease = map.Lease())
        {
            lease.Copy(0, [1]);
        }

        stream = map.OpenStream();
        stream.WriteByte(5);
        map.Dispose();
        stream.WriteByte(6);
        Assert.True(_file.IsMapped);
        stream.Dispose();
        Assert.False(_file.IsMapped);
        Assert.Equal([5, 6], _file.Content[..2]);
        Assert.Throws<ObjectDisposedException>(() => map.OpenStream());
    }

    [Fact]
    public void Every_use_after_disposing_is_refused()
    {
        PmemStream stream = _file.Map().OpenStream();
        stream.Dispose();
        foreach (Action use in Uses(stream))
        {
            Assert.Throws<ObjectDisposedException>(use);
        }

        Assert.Throws<ObjectDisposedException>(() => stream.Length);
        Assert.Throws<ObjectDisposedException>(() => stream.Position);
        Assert.Throws<ObjectDisposedException>(() => stream.Position = 0);
        Assert.Throws<ObjectDisposedException>(() => stream.Seek(0, SeekOrigin.Begin));
        Assert.Throws<ObjectDisposedException>(() => stream.SeekTo(0));
        Assert.Throws<ObjectDisposedException>(() => stream.SetLength(0));
    }

    [Fact]
    public void What_a_faulted_map_throws_passes_through_and_disposing_still_unmaps()
    {
        PmemMap map = _file.Map();
        PmemStream stream = map.OpenStream();
        stream.Position = MappedFile.PageBytes;
        stream.WriteByte(1);
        MappedFile.Fault(map);
        foreach (Action use in Uses(stream))
        {
            Assert.Throws<PmemFaultedException>(use);
        }

        Assert.Throws<PmemFaultedException>(() => map.OpenStream());
        Assert.Throws<PmemFaultedException>(stream.Dispose);
        Assert.False(_file.IsMapped);
        stream.Dispose();
    }

    private static Action[] Uses(PmemStream stream) =>
    [
        () => stream.WriteAll([]),
        () => stream.WriteAll([1]),
        () => stream.ReadBytes(1),
        () => stream.ReadBytes(0),
        () => stream.ReadBytes(new byte[1].AsSpan()),
        () => stream.ReadToEnd(),
        () => Assert.Equal(1, stream.Read(new byte[1])),
        () => Assert.Equal(1, stream.Read(new byte[1], 0, 1)),
        () => stream.ReadByte(),
        () => stream.Write([1]),
        () => stream.Write(new byte[1], 0, 1),
        () => stream.WriteByte(1),
        () => stream.Flush(),
        () => stream.ReadAsync(new byte[1].AsMemory()).AsTask().GetAwaiter().GetResult(),
        () => stream.ReadAsync(new byte[1], 0, 1, default).GetAwaiter().GetResult(),
        () => stream.WriteAsync(new byte[1].AsMemory()).AsTask().GetAwaiter().GetResult(),
        () => stream.WriteAsync(new byte[1], 0, 1, default).GetAwaiter().GetResult(),
        () => stream.FlushAsync(default).GetAwaiter().GetResult(),
        () => stream.CopyTo(Stream.Null),
    ];
}
