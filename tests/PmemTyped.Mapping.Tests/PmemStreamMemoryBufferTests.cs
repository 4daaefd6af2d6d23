namespace PmemTyped.Mapping.Tests;

/// <summary>
/// The members of a stream that move all bytes or none, one test for each row of pynvm's MemoryBuffer (mapping
/// specification, section 11).
/// </summary>
public sealed class PmemStreamMemoryBufferTests : IDisposable
{
    private const int LengthBytes = 5000;
    private readonly MappedFile _file = new(LengthBytes);

    public void Dispose() => _file.Dispose();

    [Fact]
    public void The_length_is_that_of_the_map_also_when_the_file_existed_before()
    {
        using PmemStream stream = _file.Map().OpenStream();
        Assert.Equal((LengthBytes, 0), (stream.Length, stream.Position));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(LengthBytes)]
    public void Writing_nothing_does_nothing_anywhere(long position)
    {
        using PmemStream stream = _file.Map().OpenStream();
        stream.SeekTo(position);
        stream.WriteAll([]);
        stream.WriteAll(null);
        Assert.Equal(position, stream.Position);
    }

    [Theory]
    [InlineData(0, LengthBytes + 1)]
    [InlineData(LengthBytes, 1)]
    [InlineData(LengthBytes - 2, 3)]
    public void Writing_past_the_end_is_refused_and_changes_nothing(long position, int count)
    {
        using PmemStream stream = _file.Map().OpenStream();
        stream.SeekTo(position);
        byte[] source = new byte[count];
        Array.Fill(source, (byte)7);

        var refusal = Assert.Throws<ArgumentOutOfRangeException>(() => stream.WriteAll(source));

        Assert.Contains(FormattableString.Invariant($"{count} bytes at {position} "), refusal.Message, StringComparison.Ordinal);
        Assert.Contains("end at 5000", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(position, stream.Position);
        Assert.DoesNotContain((byte)7, _file.Content);
    }

    [Fact]
    public void Writing_stores_at_the_position_and_flushes_nothing()
    {
        using PmemStream stream = _file.Map().OpenStream();
        using var measured = new Measurements();
        stream.SeekTo(4096);
        stream.WriteAll([1, 2, 3]);
        stream.WriteAll([4]);
        Assert.Equal((4100, 0), (stream.Position, measured["flush.io"]));
        Assert.Equal([0, 1, 2, 3, 4, 0], _file.Content[4095..4101]);
        stream.SeekTo(LengthBytes - 1);
        stream.WriteAll([9]);
        Assert.Equal(LengthBytes, stream.Position);
    }

    [Fact]
    public void Writing_to_a_read_only_map_is_refused()
    {
        using PmemStream stream = _file.Map(writable: false).OpenStream();
        stream.WriteAll([]);
        var refusal = Assert.Throws<NotSupportedException>(() => stream.WriteAll([1]));
        Assert.Contains("read-only", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, stream.Position);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void Reading_all_of_the_rest_at_the_end_meets_the_end(int count)
    {
        using PmemStream stream = _file.Map().OpenStream();
        stream.SeekTo(LengthBytes);
        Assert.Throws<EndOfStreamException>(() => stream.ReadBytes(count));
        Assert.Throws<EndOfStreamException>(() => stream.ReadToEnd());
        stream.Position = LengthBytes + 1;
        Assert.Throws<EndOfStreamException>(() => stream.ReadBytes(count));
        Assert.Equal(LengthBytes + 1, stream.Position);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void Reading_no_number_of_bytes_reads_from_the_position_to_the_end(int count)
    {
        using PmemStream stream = _file.Map().OpenStream();
        stream.SeekTo(4996);
        stream.WriteAll([1, 2, 3, 4]);
        stream.SeekTo(4997);
        Assert.Equal([2, 3, 4], stream.ReadBytes(count));
        Assert.Equal(LengthBytes, stream.Position);
        stream.SeekTo(0);
        Assert.Equal(LengthBytes, stream.ReadToEnd().Length);
    }

    [Theory]
    [InlineData(LengthBytes, 1)]
    [InlineData(LengthBytes - 1, 2)]
    [InlineData(0, LengthBytes + 1)]
    [InlineData(1, int.MaxValue)]
    public void Reading_past_the_end_is_refused_and_there_are_no_short_reads(long position, int count)
    {
        using PmemStream stream = _file.Map().OpenStream();
        stream.SeekTo(position);
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.ReadBytes(count));
        if (count <= LengthBytes + 1)
        {
            byte[] destination = new byte[count];
            Array.Fill(destination, (byte)7);
            Assert.Throws<ArgumentOutOfRangeException>(() => stream.ReadBytes(destination.AsSpan()));
            Assert.DoesNotContain((byte)0, destination);
        }

        Assert.Equal(position, stream.Position);
    }

    [Fact]
    public void Reading_moves_the_position_behind_what_was_read()
    {
        using PmemStream stream = _file.Map().OpenStream();
        stream.WriteAll([1, 2, 3, 4, 5]);
        stream.SeekTo(1);
        Assert.Equal([2, 3], stream.ReadBytes(2));
        Span<byte> one = stackalloc byte[1];
        stream.ReadBytes(one);
        stream.ReadBytes(default(Span<byte>));
        Assert.Equal((4, 4L), ((int)one[0], stream.Position));
        Assert.Equal(LengthBytes - 4, stream.ReadBytes(LengthBytes - 4).Length);
        stream.ReadBytes(default(Span<byte>));
        Assert.Equal(LengthBytes, stream.Position);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(LengthBytes + 1)]
    [InlineData(long.MaxValue)]
    public void A_position_outside_is_refused(long position)
    {
        using PmemStream stream = _file.Map().OpenStream();
        stream.SeekTo(3);
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.SeekTo(position));
        Assert.Equal(3, stream.Position);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(LengthBytes)]
    public void The_start_and_the_end_are_positions(long position)
    {
        using PmemStream stream = _file.Map().OpenStream();
        stream.SeekTo(position);
        Assert.Equal(position, stream.Position);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Leaving_the_block_persists_by_the_granularity_and_unmaps(bool lines)
    {
        PmemMap map = _file.Map(lines);
        using var measured = new Measurements();
        using (PmemStream stream = map.OpenStream())
        {
            stream.SeekTo(100);
            stream.WriteAll(new byte[100]);
            Assert.True(_file.IsMapped);
        }

        Assert.Equal(100, measured["flush.io"]);
        Assert.Equal(lines ? (3, 1, 0) : (0, 0, 1), (measured["flush.lines"], measured["drain.calls"], measured["sync.calls"]));
        Assert.False(_file.IsMapped);
        Assert.Throws<ObjectDisposedException>(() => { using scoped PmemMapLease lease = map.Lease(); });
    }

    [Fact]
    public void More_than_an_array_can_hold_is_not_read_at_once()
    {
        using var large = new MappedFile(Array.MaxLength + 1L);
        using PmemStream stream = large.Map().OpenStream();
        var refusal = Assert.Throws<InvalidOperationException>(() => stream.ReadToEnd());
        Assert.Contains("in pieces", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, stream.Position);
    }
}
