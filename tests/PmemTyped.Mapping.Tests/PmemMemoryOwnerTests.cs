using System.Buffers;

namespace PmemTyped.Mapping.Tests;

/// <summary>A range of a map as memory that can be kept.</summary>
public sealed class PmemMemoryOwnerTests : IDisposable
{
    private const int LengthBytes = 3 * MappedFile.PageBytes;
    private readonly MappedFile _file = new(LengthBytes);

    public void Dispose() => _file.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Memory_of_a_range_is_stored_to_and_persisted(bool lines)
    {
        using PmemMap map = _file.Map(lines);
        using PmemMemoryOwner owner = map.RentMemory(4000, 200);
        Assert.Equal((4000, 200, 200, 200), (owner.Offset, owner.LengthBytes, owner.Memory.Length, owner.ReadOnlyMemory.Length));
        await new MemoryStream([1, 2, 3]).ReadExactlyAsync(owner.Memory[197..]);
        using var measured = new Measurements();
        owner.Flush();
        Assert.Equal(lines ? (200, 4, 0, 0) : (200, 0, 0, 1), Made(measured));
        owner.Persist();
        Assert.Equal(lines ? (400, 8, 1, 0) : (400, 0, 0, 2), Made(measured));
        Assert.Equal([0, 1, 2, 3, 0], _file.Content[4196..4201]);
        Assert.Equal([1, 2, 3], owner.ReadOnlyMemory.Span[197..].ToArray());
    }

    [Fact]
    public void The_mapping_outlives_its_map_until_the_owner_is_disposed()
    {
        PmemMap map = _file.Map();
        PmemMemoryOwner owner = map.RentMemory(0, LengthBytes);
        map.Dispose();
        owner.Memory.Span[LengthBytes - 1] = 5;
        owner.Persist();
        Assert.True(_file.IsMapped);
        owner.Dispose();
        owner.Dispose();
        Assert.False(_file.IsMapped);
        Assert.Equal(5, _file.Content[^1]);
        Assert.Throws<ObjectDisposedException>(() => map.RentMemory(0, 1));
    }

    [Fact]
    public void Memory_taken_before_disposing_is_refused_after_it()
    {
        using PmemMap map = _file.Map();
        PmemMemoryOwner owner = map.RentMemory(0, 10);
        Memory<byte> memory = owner.Memory;
        owner.Dispose();
        Assert.Throws<ObjectDisposedException>(() => memory.Span[0]);
        Assert.Throws<ObjectDisposedException>(() => { using MemoryHandle pin = memory.Pin(); });
        Assert.Throws<ObjectDisposedException>(() => owner.Memory);
        Assert.Throws<ObjectDisposedException>(() => owner.ReadOnlyMemory);
        Assert.Throws<ObjectDisposedException>(owner.Flush);
        Assert.Throws<ObjectDisposedException>(owner.Persist);
    }

    [Fact]
    public void A_pin_keeps_the_mapping_until_it_ends_and_ends_once()
    {
        PmemMap map = _file.Map();
        PmemMemoryOwner owner = map.RentMemory(0, 10);
        MemoryHandle pin = owner.Memory[10..].Pin();
        MemoryHandle copy = pin;
        MemoryHandle other = owner.Memory.Pin();
        owner.Dispose();
        map.Dispose();
        pin.Dispose();
        Assert.True(_file.IsMapped);
        other.Dispose();
        Assert.False(_file.IsMapped);
        copy.Dispose();
    }

    [Fact]
    public void The_pin_of_a_slice_has_the_address_of_its_first_byte()
    {
        using PmemMap map = _file.Map();
        using PmemMemoryOwner owner = map.RentMemory(100, 10);
        using MemoryHandle pin = owner.Memory[3..].Pin();
        Assert.Equal(Address(map.Handle.Range.DangerousPin(103, 7, null!)), Address(pin));
        Assert.NotEqual(Address(map.Handle.Range.DangerousPin(104, 7, null!)), Address(pin));
    }

    [Fact]
    public void Memory_of_a_read_only_map_can_be_read_only()
    {
        using PmemMap map = _file.Map(writable: false);
        using PmemMemoryOwner owner = map.RentMemory(0, 10);
        Assert.Equal(0, owner.ReadOnlyMemory.Span[9]);
        var refusal = Assert.Throws<InvalidOperationException>(() => owner.Memory);
        Assert.Contains("read-only", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, LengthBytes + 1)]
    [InlineData(LengthBytes, 1)]
    [InlineData(-1, 1)]
    [InlineData(0, -1)]
    [InlineData(long.MaxValue, int.MaxValue)]
    public void A_range_outside_the_map_is_refused(long offset, int lengthBytes)
    {
        PmemMap map = _file.Map();
        Assert.Throws<ArgumentOutOfRangeException>(() => map.RentMemory(offset, lengthBytes));
        Assert.True(map.RentMemory(LengthBytes, 0).Memory.IsEmpty);
        map.Dispose();
    }

    [Fact]
    public void Memory_of_a_faulted_map_is_refused()
    {
        PmemMap map = _file.Map();
        PmemMemoryOwner owner = map.RentMemory(0, 10);
        Memory<byte> memory = owner.Memory;
        MappedFile.Fault(map);
        Assert.Throws<PmemFaultedException>(() => memory.Span[0]);
        Assert.Throws<PmemFaultedException>(() => owner.Memory);
        Assert.Throws<PmemFaultedException>(owner.Flush);
        Assert.Throws<PmemFaultedException>(owner.Persist);
        Assert.Throws<PmemFaultedException>(() => map.RentMemory(0, 1));
        owner.Dispose();
        map.Dispose();
        Assert.False(_file.IsMapped);
    }

    private static (long Bytes, long Lines, long Drains, long Syncs) Made(Measurements measured) =>
        (measured["flush.io"], measured["flush.lines"], measured["drain.calls"], measured["sync.calls"]);

    // Reflection wraps pointers into objects that can be compared without unsafe code.
    private static object Address(MemoryHandle pin) =>
        typeof(MemoryHandle).GetProperty(nameof(MemoryHandle.Pointer))!.GetValue(pin)!;
}
