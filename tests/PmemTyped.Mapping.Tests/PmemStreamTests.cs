namespace PmemTyped.Mapping.Tests;

/// <summary>The members of a stream that .NET defines.</summary>
public sealed class PmemStreamTests : IDisposable
{
    private const int LengthBytes = 3 * MappedFile.PageBytes;
    private readonly MappedFile _file = new(LengthBytes);

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Reads_end_short_and_then_with_nothing()
    {
        using PmemStream stream = _file.Map().OpenStream();
        byte[] buffer = new byte[100];
        stream.Position = LengthBytes - 60;
        Assert.Equal(60, stream.Read(buffer));
        Assert.Equal(0, stream.Read(buffer, 0, 100));
        Assert.Equal(-1, stream.ReadByte());
        stream.Position = long.MaxValue;
        Assert.Equal(0, stream.Read(buffer));
        Assert.Equal(long.MaxValue, stream.Position);
    }

    [Fact]
    public async Task Every_way_to_write_is_read_back_by_every_way_to_read()
    {
        await using PmemStream stream = _file.Map().OpenStream();
        byte[] source = [.. Enumerable.Range(1, 9).Select(i => (byte)i)];
        stream.WriteByte(1);
        stream.Write(source.AsSpan(1, 2));
        stream.Write(source, 3, 2);
        await stream.WriteAsync(source.AsMemory(5, 2));
        await WriteArrayAsync(stream, source, 7, 2);
        Assert.Equal(source, _file.Content[..9]);
        Assert.Equal(9, stream.Position);

        byte[] read = new byte[9];
        stream.Position = 0;
        Assert.Equal(1, stream.ReadByte());
        stream.ReadExactly(read.AsSpan(1, 2));
        Assert.Equal(2, stream.Read(read, 3, 2));
        Assert.Equal(2, await stream.ReadAsync(read.AsMemory(5, 2)));
        Assert.Equal(2, await ReadArrayAsync(stream, read, 7, 2));
        Assert.Equal(source[1..], read[1..]);
    }

    [Fact]
    public void Writing_past_the_end_stores_nothing()
    {
        using PmemStream stream = _file.Map().OpenStream();
        stream.Position = LengthBytes - 2;
        var refusal = Assert.Throws<NotSupportedException>(() => stream.Write([7, 7, 7]));
        Assert.Contains("end is fixed at 12288", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(LengthBytes - 2, stream.Position);
        stream.Position = LengthBytes;
        Assert.Throws<NotSupportedException>(() => stream.WriteByte(7));
        stream.Position = long.MaxValue;
        Assert.Throws<NotSupportedException>(() => stream.WriteByte(7));
        stream.Write([]);
        Assert.DoesNotContain((byte)7, _file.Content);
    }

    [Theory]
    [InlineData(10, SeekOrigin.Begin, 10)]
    [InlineData(10, SeekOrigin.Current, 110)]
    [InlineData(-100, SeekOrigin.Current, 0)]
    [InlineData(-LengthBytes, SeekOrigin.End, 0)]
    [InlineData(1, SeekOrigin.End, LengthBytes + 1)]
    [InlineData(long.MaxValue, SeekOrigin.Begin, long.MaxValue)]
    public void A_position_can_be_sought_from_every_origin(long offset, SeekOrigin origin, long expected)
    {
        using PmemStream stream = _file.Map().OpenStream();
        stream.Position = 100;
        Assert.Equal(expected, stream.Seek(offset, origin));
        Assert.Equal(expected, stream.Position);
    }

    [Theory]
    [InlineData(-1, SeekOrigin.Begin)]
    [InlineData(-101, SeekOrigin.Current)]
    [InlineData(-LengthBytes - 1, SeekOrigin.End)]
    [InlineData(long.MaxValue, SeekOrigin.Current)]
    [InlineData(long.MinValue, SeekOrigin.End)]
    public void Nothing_before_the_start_can_be_sought(long offset, SeekOrigin origin)
    {
        using PmemStream stream = _file.Map().OpenStream();
        stream.Position = 100;
        Assert.Throws<IOException>(() => stream.Seek(offset, origin));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Position = -1);
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Seek(0, (SeekOrigin)3));
        Assert.Equal(100, stream.Position);
    }

    [Fact]
    public void What_a_stream_can_do_follows_from_its_map()
    {
        PmemStream stream = _file.Map().OpenStream();
        Assert.Equal((true, true, true, false), (stream.CanRead, stream.CanSeek, stream.CanWrite, stream.CanTimeout));
        Assert.Throws<NotSupportedException>(() => stream.SetLength(LengthBytes));
        stream.Dispose();
        Assert.Equal((false, false, false), (stream.CanRead, stream.CanSeek, stream.CanWrite));

        using PmemStream reading = _file.Map(writable: false).OpenStream();
        Assert.Equal((true, true, false), (reading.CanRead, reading.CanSeek, reading.CanWrite));
        Assert.Throws<NotSupportedException>(() => reading.Write([1]));
        Assert.Throws<NotSupportedException>(() => reading.Write([]));
        reading.Flush();
    }

    [Fact]
    public async Task A_stream_is_copied_from_and_to_others()
    {
        byte[] content = new byte[LengthBytes];
        new Random(1).NextBytes(content);
        await using PmemStream stream = _file.Map().OpenStream();
        new MemoryStream(content).CopyTo(stream);
        stream.Position = 5;
        var copy = new MemoryStream();
        stream.CopyTo(copy);
        Assert.Equal(content[5..], copy.ToArray());
        stream.Position = 0;
        copy.SetLength(0);
        await stream.CopyToAsync(copy);
        Assert.Equal(content, copy.ToArray());
    }

    [Fact]
    public void A_stream_over_a_range_cannot_leave_it()
    {
        using PmemMap map = _file.Map();
        using (PmemStream stream = map.OpenStream(4000, 200, leaveMapOpen: true))
        {
            Assert.Equal((200, 0), (stream.Length, stream.Position));
            stream.Position = 199;
            stream.WriteByte(7);
            Assert.Throws<NotSupportedException>(() => stream.WriteByte(8));
            Assert.Equal(-1, stream.ReadByte());
        }

        Assert.Equal([0, 7, 0], _file.Content[4198..4201]);
        Assert.Equal(0, map.OpenStream(LengthBytes, 0, leaveMapOpen: true).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => map.OpenStream(4000, LengthBytes - 3999));
        Assert.Throws<ArgumentOutOfRangeException>(() => map.OpenStream(-1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => map.OpenStream(0, -1));
    }

    [Fact]
    public void A_stream_of_more_than_two_gibibytes_is_reached_to_its_end_and_gaps_are_not_written_back()
    {
        const long Length = 3L << 30;
        using var large = new MappedFile(Length);
        using (PmemStream stream = large.Map(lines: true).OpenStream())
        {
            using var measured = new Measurements();
            stream.Seek(-1, SeekOrigin.End);
            stream.WriteByte(2);
            stream.Position = 0;
            stream.WriteByte(1);
            stream.Flush();
            Assert.Equal((2, 2), (measured["flush.io"], measured["flush.lines"]));
        }

        using PmemStream synced = large.Map().OpenStream();
        Assert.Equal(1, synced.ReadByte());
        synced.SeekTo(Length - 1);
        Assert.Equal([2], synced.ReadToEnd());
        using var syncs = new Measurements();
        synced.Position = 0;
        synced.WriteByte(3);
        synced.Position = Length - 1;
        synced.WriteByte(4);
        synced.Flush();
        Assert.Equal((Length, 1), (syncs["flush.io"], syncs["sync.calls"]));
    }

    [Fact]
    public async Task A_cancelled_call_does_nothing()
    {
        await using PmemStream stream = _file.Map().OpenStream();
        var cancelled = new CancellationToken(canceled: true);
        byte[] buffer = [7];
        Assert.True(stream.ReadAsync(buffer.AsMemory(), cancelled).AsTask().IsCanceled);
        Assert.True(stream.ReadAsync(buffer, 0, 1, cancelled).IsCanceled);
        Assert.True(stream.WriteAsync(buffer.AsMemory(), cancelled).AsTask().IsCanceled);
        Assert.True(stream.WriteAsync(buffer, 0, 1, cancelled).IsCanceled);
        Assert.True(stream.FlushAsync(cancelled).IsCanceled);
        Assert.Equal((0L, (byte)7, 0), (stream.Position, buffer[0], stream.ReadByte()));
    }

    [Fact]
    public void Arrays_are_checked_as_everywhere()
    {
        using PmemStream stream = _file.Map().OpenStream();
        AssertChecksArrays(stream);
        Assert.Equal(0, stream.Position);
    }

    private static void AssertChecksArrays(PmemStream stream)
    {
        Assert.Throws<ArgumentNullException>(() => stream.Read(null!, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Read(new byte[2], 1, 2));
        Assert.Throws<ArgumentNullException>(() => stream.Write(null!, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Write(new byte[2], -1, 1));
        Assert.Throws<ArgumentNullException>(() => ReadArrayAsync(stream, null!, 0, 0).GetAwaiter().GetResult());
        Assert.Throws<ArgumentOutOfRangeException>(() => WriteArrayAsync(stream, new byte[2], 3, 0).GetAwaiter().GetResult());
    }

    private static Task<int> ReadArrayAsync(Stream stream, byte[] buffer, int offset, int count) =>
        stream.ReadAsync(buffer, offset, count, default);

    private static Task WriteArrayAsync(Stream stream, byte[] buffer, int offset, int count) =>
        stream.WriteAsync(buffer, offset, count, default);
}
