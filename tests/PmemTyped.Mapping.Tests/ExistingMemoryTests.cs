using PmemTyped.Native;
using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests;

/// <summary>Memory that somebody else mapped becomes a map, keeps its owner alive, and is never unmapped here.</summary>
public sealed class ExistingMemoryTests
{
    private const int SizeBytes = 3 * 4096;

    [Theory]
    [InlineData(StoreGranularity.Byte)]
    [InlineData(StoreGranularity.CacheLine)]
    [InlineData(StoreGranularity.Page)]
    public void Stores_reach_the_memory_and_it_outlives_the_map(StoreGranularity granularity)
    {
        using OwnedMemory memory = OwnedMemory.Of(SizeBytes);
        using (PmemMap map = PmemMap.FromExisting(memory, granularity))
        {
            using scoped PmemMapLease lease = map.Lease();
            lease.Copy(5000, [1, 2, 3]);
            lease.Persist(0, SizeBytes);
            lease.DeepPersist(4095, 2);
            Assert.Equal((SizeBytes, granularity), (map.LengthBytes, map.Granularity));
            Assert.Equal((DurabilityKind.ForcedUnverified, false), (map.Durability.Kind, map.Durability.IsPowerSafe));
        }

        Assert.Equal((1, 2, 3), (memory[5000], memory[5001], memory[5002]));
        Assert.False(memory.IsReleased);
    }

    [Fact]
    public void Page_granularity_syncs_a_file_that_another_owner_mapped()
    {
        using var directory = TempDirectory.Create();
        File.WriteAllBytes(directory.File("foreign"), new byte[SizeBytes]);
        using var file = System.IO.MemoryMappedFiles.MemoryMappedFile.CreateFromFile(directory.File("foreign"));
        using System.IO.MemoryMappedFiles.MemoryMappedViewAccessor view = file.CreateViewAccessor();
        using PmemMap map = PmemMap.FromExisting(view.SafeMemoryMappedViewHandle, StoreGranularity.Page);
        using scoped PmemMapLease lease = map.Lease();
        lease.Copy(4095, [7, 8]);
        Assert.Equal([7, 8], File.ReadAllBytes(directory.File("foreign"))[4095..4097]);
    }

    [Fact]
    public void The_owner_keeps_the_memory_until_map_slices_and_leases_are_gone()
    {
        OwnedMemory memory = OwnedMemory.Of(SizeBytes);
        PmemMap map = PmemMap.FromExisting(memory, StoreGranularity.Byte);
        PmemMap slice = map.Slice(4096, 64);
        scoped PmemMapLease lease = slice.Lease();
        memory.Dispose();
        map.Dispose();
        slice.Dispose();
        lease.Copy(0, [1]);
        Assert.False(memory.IsReleased);
        lease.Dispose();
        Assert.True(memory.IsReleased);
    }

    [Theory]
    [InlineData(4096, 4096, false)]
    [InlineData(0, 4160, false)]
    [InlineData(8128, 64, false)]
    [InlineData(8128, 4096, false)]
    [InlineData(0, SizeBytes, false)]
    [InlineData(6400, 1, false)]
    [InlineData(0, 4096, true)]
    [InlineData(8192, 4096, true)]
    public void Memory_that_overlaps_a_map_is_refused_and_neighbours_are_fine(long offset, long lengthBytes, bool isFine)
    {
        using OwnedMemory memory = OwnedMemory.Of(SizeBytes);
        using OwnedMemory middle = memory.Part(4096, 4096);
        using OwnedMemory other = memory.Part(offset, lengthBytes);
        using PmemMap map = PmemMap.FromExisting(middle, StoreGranularity.Byte);
        if (isFine)
        {
            using PmemMap neighbour = PmemMap.FromExisting(other, StoreGranularity.Byte);
            return;
        }

        Assert.Throws<InvalidOperationException>(() => PmemMap.FromExisting(other, StoreGranularity.Byte));
        other.Dispose();
        Assert.True(other.IsReleased);

        // The place is free again once the map is gone.
        map.Dispose();
        using OwnedMemory again = memory.Part(offset, lengthBytes);
        using PmemMap later = PmemMap.FromExisting(again, StoreGranularity.Byte);
    }

    [Fact]
    public void Memory_of_a_mapped_file_is_refused_its_last_page_too()
    {
        using PmemSource source = PmemSource.Anonymous(5000);
        using PmemMap map = PmemMap.Map(source);
        using OwnedMemory behind = OwnedMemory.At(map.Address + 5056, 64);
        Assert.Throws<InvalidOperationException>(() => PmemMap.FromExisting(behind, StoreGranularity.Byte));
    }

    [Fact]
    public void Empty_unaligned_or_released_memory_is_refused()
    {
        using OwnedMemory memory = OwnedMemory.Of(SizeBytes);
        using OwnedMemory empty = memory.Part(0, 0);
        using OwnedMemory unaligned = memory.Part(8, 64);
        using OwnedMemory gone = memory.Part(0, 64);
        gone.Dispose();
        Assert.Throws<ArgumentException>(() => PmemMap.FromExisting(empty, StoreGranularity.Byte));
        Assert.Throws<ArgumentException>(() => PmemMap.FromExisting(unaligned, StoreGranularity.Byte));
        Assert.Throws<ObjectDisposedException>(() => PmemMap.FromExisting(gone, StoreGranularity.Byte));
        Assert.Throws<ArgumentOutOfRangeException>(() => PmemMap.FromExisting(memory, (StoreGranularity)3));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => PmemMap.FromExisting(memory, StoreGranularity.Byte, (MapProtection)16));

        // Nothing of it left a trace.
        using PmemMap map = PmemMap.FromExisting(memory, StoreGranularity.Byte, MapProtection.Read);
        Assert.False(map.IsWritable);
    }

    [Fact]
    public void Memory_is_persistent_as_long_as_its_owner_says_so()
    {
        using OwnedMemory memory = OwnedMemory.Of(SizeBytes);
        using PmemMap page = PmemMap.FromExisting(memory, StoreGranularity.Page);
        using scoped PmemMapLease pageLease = page.Lease();
        Assert.False(page.IsPersistentMemory);
        Assert.False(PersistentMemory.Contains(pageLease.Window(0, SizeBytes), Unforced));
        Assert.True(PersistentMemory.Contains(pageLease.Window(0, SizeBytes), ForcedPlatform.Of("1")));

        using OwnedMemory other = OwnedMemory.Of(SizeBytes);
        PmemMap line = PmemMap.FromExisting(other, StoreGranularity.CacheLine);
        using (scoped PmemMapLease lease = line.Lease())
        {
            ReadOnlySpan<byte> all = lease.Window(0, SizeBytes);
            Assert.True(line.IsPersistentMemory);
            Assert.True(PersistentMemory.Contains(all, Unforced));
            Assert.True(PersistentMemory.Contains(all[4095..4097], Unforced));
            Assert.False(PersistentMemory.Contains(all, ForcedPlatform.Of("0")));
            Assert.False(PersistentMemory.Contains(all[5..5], Unforced));
            line.Dispose();
            Assert.True(PersistentMemory.Contains(all, Unforced), "The lease keeps it.");
        }

        using PmemMap again = PmemMap.FromExisting(other, StoreGranularity.Page);
        using scoped PmemMapLease againLease = again.Lease();
        Assert.False(PersistentMemory.Contains(againLease.Window(0, SizeBytes), Unforced));
    }

    [Fact]
    public void Memory_that_is_not_mapped_here_is_persistent_only_by_force()
    {
        byte[] ordinary = new byte[100];
        Assert.False(PersistentMemory.Contains(ordinary, Unforced));
        Assert.True(PersistentMemory.Contains(ordinary, ForcedPlatform.Of("1")));
        Assert.False(PersistentMemory.Contains([], ForcedPlatform.Of("1")));
        Assert.False(PersistentMemory.Contains(ordinary, ForcedPlatform.Of("0")));
    }

    private static PmemPlatform Unforced { get; } = new(_ => null);
}
