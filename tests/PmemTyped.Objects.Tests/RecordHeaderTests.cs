using System.Buffers.Binary;
using PmemTyped.Blocks;
using PmemTyped.Testing;

namespace PmemTyped.Objects.Tests;

public sealed class RecordHeaderTests
{
    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(24)]
    [InlineData(31)]
    public void A_record_with_flags_or_reserved_bytes_set_is_of_another_layout(int offset)
    {
        byte[] block = new byte[512];
        Account.Write(new Account { Id = 1 }, block);
        block[offset] = 1;
        BlockRecords.Seal(block, Account.Size);
        Assert.Equal(BlockRecordStatus.OtherLayout, Account.TryRead(block, out _));
    }

    [Fact]
    public void A_record_longer_than_its_block_is_truncated_and_all_zero_is_empty()
    {
        byte[] block = new byte[512];
        Assert.Equal(BlockRecordStatus.Empty, Account.TryRead(block, out _));
        Account.Write(new Account { Id = 1 }, block);
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(16), 481);
        Assert.Equal(BlockRecordStatus.Truncated, Account.TryRead(block, out _));
        Assert.Equal(BlockRecordStatus.NotARecord, Account.TryRead(new byte[] { 1 }, out _));
    }

    [Fact]
    public void A_description_of_a_later_format_is_refused()
    {
        using var directory = TempDirectory.CreateInMemory();
        byte[] area = LayoutDescription.Of<Account>().ToBytes().ToArray();
        Assert.Equal(LayoutDescription.Of<Account>(), LayoutDescription.Read(Padded(area), "pool"));
        area[8] = 3;
        Reseal(area);
        Assert.Throws<PmemFormatException>(() => LayoutDescription.Read(Padded(area), "pool"));
        area[8] = 1;
        area[30] = 48;
        Reseal(area);
        Assert.Throws<PmemFormatException>(() => LayoutDescription.Read(Padded(area), "pool"));
        area[8] = 2;
        Reseal(area);
        Assert.Equal(48, LayoutDescription.Read(Padded(area), "pool")!.SlotBytes);
    }

    [Fact]
    public void A_caller_may_refuse_a_pool_before_a_byte_of_it_changes()
    {
        using var directory = TempDirectory.CreateInMemory();
        string path = directory.File("a.pool");
        BlockPool.Create(path, 512, BlockPool.MinPoolBytes).Dispose();
        byte[] before = File.ReadAllBytes(path);
        Assert.Throws<InvalidDataException>(
            () => BlockPool.Open(path, 0, pool => throw new InvalidDataException(pool.Path)));
        Assert.Equal(before, File.ReadAllBytes(path));
        BlockPool.Open(path).Dispose();
    }

    private static byte[] Padded(byte[] area)
    {
        byte[] padded = new byte[BlockPool.ApplicationAreaBytes];
        area.CopyTo(padded, 0);
        return padded;
    }

    private static void Reseal(byte[] area)
    {
        const int ChecksumOffset = 24;
        area.AsSpan(ChecksumOffset, sizeof(uint)).Clear();
        uint crc = uint.MaxValue;
        foreach (byte b in area)
        {
            crc = System.Numerics.BitOperations.Crc32C(crc, b);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(area.AsSpan(ChecksumOffset), ~crc);
    }
}
